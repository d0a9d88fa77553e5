import type { Theme } from "@/i18n/preferences";
import type { Locale, Role } from "@/lib/domain/vocabulary";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { NavKey } from "./nav-items";

export type ShellPerson = { readonly name: string; readonly email: string; readonly role: Role };
export type ShellAccount = { readonly id: string; readonly name: string; readonly isDemo: boolean };

/** Every account the person belongs to, this one among them. */
export type ShellAccountChoice = { readonly id: string; readonly name: string };

/** Server actions, handed in by the layout: components do not reach into `app`. */
export type ShellActions = {
  readonly setLocale: (locale: Locale) => Promise<void>;
  readonly setTheme: (theme: Theme) => Promise<void>;
  readonly switchAccount: (input: { accountId: string }) => Promise<ActionResult<null>>;
};

/** Short texts at the right of a navigation item: "2 live". */
export type NavNotes = Readonly<Partial<Record<NavKey, string>>>;
