"use client";

import { Cable, Check, FileText, Megaphone, ToggleRight, UsersRound, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { LinkButton } from "@/components/ui/link-button";
import type { SetupState } from "@/lib/schemas/reports";

type StepKey = "contacts" | "connections" | "templates" | "fallbackOn" | "launched";

/** Which steps this person may do; the others say who can. */
export type StepPermissions = Readonly<Record<StepKey, boolean>>;

const STEPS: readonly { readonly key: StepKey; readonly href: string; readonly icon: LucideIcon }[] = [
  { key: "contacts", href: "/audiences/import", icon: UsersRound },
  { key: "connections", href: "/connections", icon: Cable },
  { key: "templates", href: "/templates/new", icon: FileText },
  { key: "fallbackOn", href: "/settings/fallback", icon: ToggleRight },
  { key: "launched", href: "/campaigns/new", icon: Megaphone },
];

/** Instead of empty charts: what comes next in a new account, with what is done ticked. */
export function FirstSteps({ setup, may }: { readonly setup: SetupState; readonly may: StepPermissions }) {
  const t = useTranslations("overview.first");
  const done = STEPS.filter((step) => setup[step.key]).length;
  const next = STEPS.find((step) => !setup[step.key] && may[step.key])?.key;
  return (
    <Card title={t("title")} sub={t("sub", { done, all: STEPS.length })} padding="none">
      <ol className="border-line mt-2 border-t">
        {STEPS.map(({ key, href, icon: Icon }, index) => (
          <li
            key={key}
            className="border-line flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-4 last:border-b-0 sm:flex-nowrap sm:px-5"
          >
            <span
              aria-hidden
              className={cn(
                "grid size-9 shrink-0 place-items-center rounded-xl",
                setup[key]
                  ? "bg-ok-soft text-ok"
                  : key === next
                    ? "bg-accent-soft text-accent"
                    : "bg-surface-2 text-text-2",
              )}
            >
              {setup[key] ? (
                <Check className="size-4.5" strokeWidth={2.5} />
              ) : (
                <Icon className="size-4.5" strokeWidth={1.75} />
              )}
            </span>
            <div className="min-w-0 flex-1">
              <p className={cn("font-[600]", setup[key] && "text-text-2")}>
                {t("step", { n: index + 1, title: t(`${key}.title`) })}
                {setup[key] ? <span className="sr-only">{t("isDone")}</span> : null}
              </p>
              <p className="text-text-2 max-w-[72ch] text-pretty">{t(`${key}.text`)}</p>
            </div>
            {setup[key] ? (
              <span className="text-ok text-sm font-[550]">{t("done")}</span>
            ) : may[key] ? (
              <LinkButton href={href} variant={key === next ? "primary" : "secondary"}>
                {t(`${key}.action`)}
              </LinkButton>
            ) : (
              <span className="text-text-3 max-w-44 text-xs">{t(`${key}.other`)}</span>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
