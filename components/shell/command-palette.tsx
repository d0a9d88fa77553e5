"use client";

import { Command } from "cmdk";
import { MessageSquareText, Plus, Search, ToggleRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { Dialog as RadixDialog } from "radix-ui";
import { useEffect, useState, type ReactNode } from "react";
import { can } from "@/lib/domain/permissions";
import type { Role } from "@/lib/domain/vocabulary";
import { navSectionsFor } from "./nav-items";

const OPEN_EVENT = "kamurj:command-palette";

/** From anywhere on the page: the palette listens. */
export function openCommandPalette(): void {
  window.dispatchEvent(new Event(OPEN_EVENT));
}

/** Ctrl or Cmd and K. */
export function CommandPalette({ role }: { readonly role: Role }) {
  const t = useTranslations("nav.palette");
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = () => setOpen(true);
    const onKey = (event: KeyboardEvent) => {
      if (event.code !== "KeyK" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      setOpen((isOpen) => !isOpen);
    };
    window.addEventListener(OPEN_EVENT, show);
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener(OPEN_EVENT, show);
      window.removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <RadixDialog.Root open={open} onOpenChange={setOpen}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="animate-fade-in bg-scrim fixed inset-0 z-40" />
        <RadixDialog.Content
          aria-describedby={undefined}
          className="animate-pop-in border-line bg-surface shadow-pop fixed inset-x-3 top-[10vh] z-50 mx-auto max-w-xl overflow-hidden rounded-2xl border outline-none"
        >
          <RadixDialog.Title className="sr-only">{t("title")}</RadixDialog.Title>
          <PaletteBody role={role} onDone={() => setOpen(false)} />
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Digits as people write a number; fewer than this and it is a word to look for among the pages. */
const MIN_DIGITS = 3;

function PaletteBody({ role, onDone }: { readonly role: Role; readonly onDone: () => void }) {
  const t = useTranslations("nav");
  const router = useRouter();
  const [query, setQuery] = useState("");
  const go = (href: string) => {
    onDone();
    router.push(href);
  };
  const typed = query.trim();
  const isNumber = typed.replace(/\D/g, "").length >= MIN_DIGITS && /^[\d\s()+.\-–]+$/.test(typed);
  return (
    <Command label={t("palette.title")} loop>
      <div className="border-line flex items-center gap-2.5 border-b px-4">
        <Search aria-hidden className="text-text-3 size-4 shrink-0" />
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder={t("palette.placeholder")}
          className="h-12 min-w-0 flex-1 bg-transparent text-lg outline-none"
        />
      </div>
      <Command.List className="max-h-[60vh] overflow-y-auto overscroll-contain p-2">
        {isNumber && can(role, "messages:read") ? (
          <Row
            forceMount
            value={`number ${typed}`}
            icon={<MessageSquareText aria-hidden />}
            onSelect={() => go(`/messages?q=${encodeURIComponent(typed)}`)}
          >
            {t("palette.findMessages", { query: typed })}
          </Row>
        ) : (
          <Command.Empty className="text-text-2 px-3 py-8 text-center">{t("palette.nothing")}</Command.Empty>
        )}
        <Group heading={t("palette.actions")}>
          {can(role, "campaigns:write") ? (
            <Row value={t("palette.newCampaign")} icon={<Plus aria-hidden />} onSelect={() => go("/campaigns/new")}>
              {t("palette.newCampaign")}
            </Row>
          ) : null}
          {can(role, "fallback:write") ? (
            <Row
              value={t("palette.switch")}
              icon={<ToggleRight aria-hidden />}
              onSelect={() => go("/settings/fallback")}
            >
              {t("palette.switch")}
            </Row>
          ) : null}
        </Group>
        <Group heading={t("palette.goTo")}>
          {navSectionsFor(role)
            .flatMap((section) => section.items)
            .map((item) => (
              <Row key={item.key} value={t(item.key)} icon={<item.icon aria-hidden />} onSelect={() => go(item.href)}>
                {t(item.key)}
              </Row>
            ))}
        </Group>
      </Command.List>
    </Command>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:text-text-3 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-[550]"
    >
      {children}
    </Command.Group>
  );
}

type RowProps = {
  readonly value: string;
  readonly icon: ReactNode;
  readonly onSelect: () => void;
  readonly children: ReactNode;
  readonly forceMount?: boolean;
};

function Row({ value, icon, onSelect, children, forceMount = false }: RowProps) {
  return (
    <Command.Item
      value={value}
      forceMount={forceMount}
      onSelect={onSelect}
      className="data-[selected=true]:bg-surface-2 [&_svg]:text-text-2 flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-3 py-1.5 pointer-coarse:min-h-11 [&_svg]:size-4"
    >
      {icon}
      <span className="min-w-0 truncate">{children}</span>
    </Command.Item>
  );
}
