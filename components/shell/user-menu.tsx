"use client";

import { ChevronsUpDown, LogOut, UserRoundCog } from "lucide-react";
import { signOut } from "next-auth/react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { cn } from "@/components/ui/cn";
import { DropdownMenu, MenuItem, MenuRadioGroup, MenuSeparator } from "@/components/ui/dropdown-menu";
import { THEMES, type Theme } from "@/i18n/preferences";
import type { Locale } from "@/lib/domain/vocabulary";
import { LANGUAGES } from "./languages";
import type { ShellAccount, ShellAccountChoice, ShellActions, ShellPerson } from "./shell-types";

type UserMenuProps = {
  readonly person: ShellPerson;
  readonly account: ShellAccount;
  readonly accounts: readonly ShellAccountChoice[];
  readonly actions: ShellActions;
  readonly theme: Theme;
  /** The round picture alone, for the phone's top bar. */
  readonly compact?: boolean;
};

export function UserMenu({ person, account, accounts, actions, theme, compact = false }: UserMenuProps) {
  const t = useTranslations("nav.user");
  const tRole = useTranslations("common.role");
  const locale = useLocale();
  const [shownTheme, setShownTheme] = useState(theme);
  const [shownLocale, setShownLocale] = useState<Locale>(locale);

  function chooseTheme(next: Theme) {
    setShownTheme(next);
    // At once; the cookie makes it last.
    document.documentElement.dataset.theme = next;
    void actions.setTheme(next);
  }

  function chooseLocale(next: Locale) {
    setShownLocale(next);
    void actions.setLocale(next);
  }

  async function chooseAccount(accountId: string) {
    if (accountId === account.id) return;
    const result = await actions.switchAccount({ accountId }).catch(() => null);
    // A whole new page: nothing that was read for the other account may stay in this tab.
    if (result?.ok === true) return window.location.assign(window.location.origin);
    toast.error(result?.error.message ?? t("switchFailed"));
  }

  return (
    <DropdownMenu
      align={compact ? "end" : "start"}
      side={compact ? "bottom" : "top"}
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={t("menu", { name: person.name })}
          className={cn(
            "hover:bg-surface-2 aria-expanded:bg-surface-2 flex items-center gap-2.5 rounded-lg text-left",
            compact ? "size-10 justify-center" : "w-full p-2",
          )}
        >
          <Initials name={person.name} />
          {compact ? null : (
            <>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-[550]">{person.name}</span>
                <span className="text-text-3 block truncate text-xs">{account.name}</span>
              </span>
              <ChevronsUpDown aria-hidden className="text-text-3 size-4 shrink-0" />
            </>
          )}
        </button>
      }
    >
      <div className="px-2.5 pt-1.5 pb-2">
        <p className="truncate font-[550]">{person.name}</p>
        <p className="text-text-3 truncate text-xs">{person.email}</p>
        <p className="text-text-3 truncate text-xs">{[tRole(person.role), account.name].join(" · ")}</p>
      </div>
      <MenuSeparator />
      {accounts.length < 2 ? null : (
        <>
          <MenuRadioGroup
            label={t("account")}
            value={account.id}
            options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(id) => void chooseAccount(id)}
          />
          <MenuSeparator />
        </>
      )}
      <MenuRadioGroup label={t("language")} value={shownLocale} options={LANGUAGES} onChange={chooseLocale} />
      <MenuSeparator />
      <MenuRadioGroup
        label={t("theme")}
        value={shownTheme}
        options={THEMES.map((value) => ({ value, label: t(value) }))}
        onChange={chooseTheme}
      />
      <MenuSeparator />
      <MenuItem icon={<UserRoundCog aria-hidden />} href="/settings/me">
        {t("myAccount")}
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void signOut({ callbackUrl: "/sign-in" })}>
        {t("signOut")}
      </MenuItem>
    </DropdownMenu>
  );
}

function Initials({ name }: { readonly name: string }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((part) => Array.from(part)[0] ?? "")
    .join("");
  return (
    <span
      aria-hidden
      className="bg-accent-soft text-accent grid size-7 shrink-0 place-items-center rounded-full text-xs font-[650] uppercase"
    >
      {initials}
    </span>
  );
}
