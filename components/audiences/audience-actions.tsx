"use client";

import { Archive, Ellipsis, FileUp, Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { archiveAudienceAction, renameAudienceAction } from "@/app/(desk)/audiences/actions";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Dialog } from "@/components/ui/dialog";
import { DropdownMenu, MenuItem } from "@/components/ui/dropdown-menu";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";

type AudienceActionsProps = { readonly id: string; readonly name: string; readonly people: number };

export function AudienceActions({ id, name, people }: AudienceActionsProps) {
  const t = useTranslations("audiences");
  const router = useRouter();
  const [open, setOpen] = useState<"rename" | "archive" | null>(null);
  const onOpenChange = (isOpen: boolean) => {
    if (!isOpen) setOpen(null);
  };

  async function archive() {
    const result = await archiveAudienceAction({ audienceId: id });
    if (!result.ok) return result.error.message;
    router.push("/audiences");
    router.refresh();
    return null;
  }

  return (
    <>
      <LinkButton href={`/audiences/import?audience=${id}`} icon={<FileUp aria-hidden />}>
        {t("import")}
      </LinkButton>
      <LinkButton href={`/campaigns/new?audience=${id}`} variant="primary">
        {t("newCampaign")}
      </LinkButton>
      <DropdownMenu trigger={<IconButton variant="secondary" label={t("more")} icon={<Ellipsis aria-hidden />} />}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setOpen("rename")}>
          {t("rename.button")}
        </MenuItem>
        <MenuItem icon={<Archive aria-hidden />} tone="danger" onSelect={() => setOpen("archive")}>
          {t("archive.button")}
        </MenuItem>
      </DropdownMenu>
      {open === "rename" ? <RenameDialog id={id} name={name} onOpenChange={onOpenChange} /> : null}
      <ConfirmDialog
        open={open === "archive"}
        onOpenChange={onOpenChange}
        title={t("archive.title", { name })}
        description={t("archive.text", { count: people })}
        confirmLabel={t("archive.button")}
        tone="danger"
        onConfirm={archive}
      />
    </>
  );
}

type RenameDialogProps = {
  readonly id: string;
  readonly name: string;
  readonly onOpenChange: (open: boolean) => void;
};

function RenameDialog({ id, name, onOpenChange }: RenameDialogProps) {
  const t = useTranslations("audiences");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const [text, setText] = useState(name);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function save(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    const result = await renameAudienceAction({ audienceId: id, name: text });
    setPending(false);
    if (!result.ok) {
      setError(result.error.fields["name"] ?? result.error.message);
      return;
    }
    onOpenChange(false);
    router.refresh();
  }

  return (
    <Dialog
      open
      size="sm"
      busy={pending}
      onOpenChange={onOpenChange}
      title={t("rename.title")}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)} disabled={pending}>
            {tCommon("cancel")}
          </Button>
          <Button type="submit" form="rename-audience" variant="primary" pending={pending}>
            {tCommon("save")}
          </Button>
        </>
      }
    >
      <form id="rename-audience" onSubmit={(event) => void save(event)} noValidate>
        <Field label={t("rename.name")} error={error} required>
          <Input value={text} maxLength={120} autoFocus onChange={(event) => setText(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
