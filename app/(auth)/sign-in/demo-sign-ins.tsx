"use client";

import { useTranslations } from "next-intl";
import type { Role } from "@/lib/domain/vocabulary";

const DEMO_PASSWORD = "bridge-demo-2026";

const DEMO_PEOPLE = [
  { email: "admin@ararat.demo", role: "admin", isEmpty: false },
  { email: "marketer@ararat.demo", role: "marketer", isEmpty: false },
  { email: "support@ararat.demo", role: "support", isEmpty: false },
  { email: "developer@ararat.demo", role: "developer", isEmpty: false },
  { email: "admin@ani.demo", role: "admin", isEmpty: true },
] as const satisfies readonly { readonly email: string; readonly role: Role; readonly isEmpty: boolean }[];

type DemoSignInsProps = {
  readonly onChoose: (person: { readonly email: string; readonly password: string }) => void;
};

export function DemoSignIns({ onChoose }: DemoSignInsProps) {
  const t = useTranslations("auth.demo");
  const tRole = useTranslations("common.role");
  return (
    <section aria-labelledby="demo-title" className="border-line mt-7 border-t pt-5">
      <h2 id="demo-title" className="text-sm font-[600]">
        {t("title")}
      </h2>
      <p className="text-text-3 mb-2 text-xs">{t("text")}</p>
      <ul className="-mx-2.5 flex flex-col">
        {DEMO_PEOPLE.map((person) => (
          <li key={person.email}>
            <button
              type="button"
              onClick={() => onChoose({ email: person.email, password: DEMO_PASSWORD })}
              className="hover:bg-surface-2 flex w-full flex-wrap items-baseline justify-between gap-x-3 rounded-md px-2.5 py-1.5 text-left text-sm pointer-coarse:py-2.5"
            >
              <span className="font-[550]">{person.email}</span>
              <span className="text-text-3 text-xs">
                {person.isEmpty ? [tRole(person.role), t("empty")].join(" · ") : tRole(person.role)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
