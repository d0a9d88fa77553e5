"use client";

import { Ellipsis } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import type { Role } from "@/lib/domain/vocabulary";
import { isCurrent, navSectionsFor } from "./nav-items";
import { NavLink } from "./nav-link";
import { useNavNotes } from "./use-nav-notes";

const IN_BAR = 4;

const TAB_CLASS =
  "text-text-3 aria-[current]:text-text flex min-h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 px-0.5 text-2xs font-[550] no-underline";

type PhoneNavProps = { readonly role: Role; readonly liveCampaigns: number | null };

/** The first pages in a bar at the bottom, all of them behind "More". */
export function PhoneNav({ role, liveCampaigns }: PhoneNavProps) {
  const t = useTranslations("nav");
  const notes = useNavNotes(liveCampaigns);
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const items = navSectionsFor(role).flatMap((section) => section.items);
  const inBar = items.slice(0, IN_BAR);
  const elsewhere = items.slice(IN_BAR).some((item) => isCurrent(item, pathname));
  return (
    <nav
      aria-label={t("main")}
      data-print="hide"
      className="border-line bg-surface fixed inset-x-0 bottom-0 z-30 flex border-t pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {inBar.map((item) => {
        const current = isCurrent(item, pathname);
        return (
          <Link key={item.key} href={item.href} aria-current={current ? "page" : undefined} className={TAB_CLASS}>
            <item.icon aria-hidden strokeWidth={1.75} className={cn("size-5", current && "text-accent")} />
            <span className="max-w-full truncate">{t(item.key)}</span>
          </Link>
        );
      })}
      <Dialog
        open={open}
        onOpenChange={setOpen}
        size="sm"
        title={t("more")}
        trigger={
          <button type="button" aria-current={elsewhere ? "true" : undefined} className={TAB_CLASS}>
            <Ellipsis aria-hidden className={cn("size-5", elsewhere && "text-accent")} />
            <span className="max-w-full truncate">{t("more")}</span>
          </button>
        }
      >
        <div className="-mx-2.5 flex flex-col gap-0.5">
          {items.slice(IN_BAR).map((item) => (
            <NavLink key={item.key} item={item} note={notes[item.key]} onNavigate={() => setOpen(false)} />
          ))}
        </div>
      </Dialog>
    </nav>
  );
}
