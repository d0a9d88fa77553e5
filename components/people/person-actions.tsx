"use client";

import { Ellipsis, KeyRound, LogOut, UserMinus, UserRoundCheck, UserRoundX, UserRoundPen } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import {
  changeRoleAction,
  endSessionsAction,
  removePersonAction,
  resetPasswordAction,
  setPersonDisabledAction,
} from "@/app/(desk)/people/actions";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DropdownMenu, MenuItem, MenuSeparator } from "@/components/ui/dropdown-menu";
import { IconButton } from "@/components/ui/icon-button";
import type { Role } from "@/lib/domain/vocabulary";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { Person } from "@/lib/schemas/people";
import type { ShownPassword } from "./password-once";
import { RoleCards } from "./role-cards";

type PersonActionsProps = {
  readonly person: Person;
  readonly isSelf: boolean;
  readonly onPassword: (shown: ShownPassword) => void;
  readonly onChanged: () => Promise<void>;
};

type Deed = "role" | "reset" | "sessions" | "disable" | "enable" | "remove";

/** What an admin may do with a person. For a sign-in shared with other accounts only what concerns this one. */
export function PersonActions({ person, isSelf, onPassword, onChanged }: PersonActionsProps) {
  const t = useTranslations("people");
  const [deed, setDeed] = useState<Deed | null>(null);
  const [role, setRole] = useState<Role>(person.role);
  const { userId, name } = person;

  async function perform(chosen: Deed): Promise<string | null> {
    const result = await run(chosen, userId, role);
    if (!result.ok) return result.error.message;
    const password = result.data?.password ?? null;
    if (password !== null) onPassword({ name, password });
    else toast.success(t(`deed.${chosen}.done`, { name }));
    await onChanged();
    return null;
  }

  return (
    <>
      <PersonMenu
        person={person}
        isSelf={isSelf}
        onChoose={(chosen) => {
          setRole(person.role);
          setDeed(chosen);
        }}
      />
      {deed === null ? null : (
        <ConfirmDialog
          open
          onOpenChange={(open) => (open ? undefined : setDeed(null))}
          tone={deed === "disable" || deed === "remove" ? "danger" : "primary"}
          title={t(`deed.${deed}.title`, { name })}
          description={t(`deed.${deed}.text`, { name })}
          confirmLabel={t(`deed.${deed}.confirm`)}
          confirmDisabled={deed === "role" && role === person.role}
          onConfirm={() => perform(deed)}
        >
          {deed === "role" ? <RoleCards value={role} onChange={setRole} /> : null}
        </ConfirmDialog>
      )}
    </>
  );
}

function run(deed: Deed, userId: string, role: Role): Promise<ActionResult<{ password?: string | null } | undefined>> {
  switch (deed) {
    case "role":
      return voided(changeRoleAction({ userId, role }));
    case "reset":
      return resetPasswordAction({ userId });
    case "sessions":
      return voided(endSessionsAction({ userId }));
    case "disable":
    case "enable":
      return voided(setPersonDisabledAction({ userId, disabled: deed === "disable" }));
    case "remove":
      return voided(removePersonAction({ userId }));
  }
}

async function voided(action: Promise<ActionResult<unknown>>): Promise<ActionResult<undefined>> {
  const result = await action;
  return result.ok ? { ok: true, data: undefined } : result;
}

type PersonMenuProps = {
  readonly person: Person;
  readonly isSelf: boolean;
  readonly onChoose: (deed: Deed) => void;
};

function PersonMenu({ person, isSelf, onChoose }: PersonMenuProps) {
  const t = useTranslations("people");
  const shared = person.elsewhere;
  return (
    <DropdownMenu
      trigger={<IconButton label={t("actionsFor", { name: person.name })} icon={<Ellipsis aria-hidden />} />}
    >
      {isSelf ? (
        <MenuItem icon={<KeyRound aria-hidden />} href="/settings/me">
          {t("ownPassword")}
        </MenuItem>
      ) : (
        <>
          <MenuItem icon={<UserRoundPen aria-hidden />} onSelect={() => onChoose("role")}>
            {t("deed.role.confirm")}
          </MenuItem>
          {shared ? null : (
            <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => onChoose("reset")}>
              {t("deed.reset.confirm")}
            </MenuItem>
          )}
        </>
      )}
      <MenuItem
        icon={<LogOut aria-hidden />}
        disabled={person.openSessions === 0}
        onSelect={() => onChoose("sessions")}
      >
        {t("deed.sessions.confirm")}
      </MenuItem>
      {isSelf ? null : <MenuSeparator />}
      {isSelf ? null : shared ? (
        <MenuItem tone="danger" icon={<UserMinus aria-hidden />} onSelect={() => onChoose("remove")}>
          {t("deed.remove.confirm")}
        </MenuItem>
      ) : person.disabledAt === null ? (
        <MenuItem tone="danger" icon={<UserRoundX aria-hidden />} onSelect={() => onChoose("disable")}>
          {t("deed.disable.confirm")}
        </MenuItem>
      ) : (
        <MenuItem icon={<UserRoundCheck aria-hidden />} onSelect={() => onChoose("enable")}>
          {t("deed.enable.confirm")}
        </MenuItem>
      )}
    </DropdownMenu>
  );
}
