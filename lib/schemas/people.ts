import { z } from "zod";
import { LOCALES, ROLES, type Role } from "@/lib/domain/vocabulary";
import { lineOf } from "./accounts-line";

export const PASSWORD_LENGTH = { min: 10, max: 200 } as const;

const password = z
  .string("field.required")
  .min(PASSWORD_LENGTH.min, "field.passwordTooShort")
  .max(PASSWORD_LENGTH.max, "field.tooLong");
/** Left out: one is made up and shown once. */
const initialPassword = password.optional();
const email = z.string("field.required").trim().toLowerCase().max(254, "field.tooLong").pipe(z.email("field.email"));
const role = z.enum(ROLES, "field.invalid");
const userId = z.uuid("field.invalid").toLowerCase();

export const personInput = z.object({ userId });
export const addPersonInput = z.object({ name: lineOf(120), email, role, password: initialPassword });
export type AddPersonInput = z.output<typeof addPersonInput>;
export const changeRoleInput = z.object({ userId, role });
export const disablePersonInput = z.object({ userId, disabled: z.boolean("field.invalid") });
export const resetPasswordInput = z.object({ userId, password: initialPassword });
export const changeOwnPasswordInput = z.object({
  current: z.string("field.required").min(1, "field.required").max(PASSWORD_LENGTH.max, "field.tooLong"),
  next: password,
});
export const ownLanguageInput = z.object({ locale: z.enum(LOCALES, "field.invalid") });

export type Person = {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly disabledAt: string | null;
  readonly openSessions: number;
  readonly lastSignInAt: string | null;
  /** Belongs to other accounts too: only the role and the sessions here are this account's to change. */
  readonly elsewhere: boolean;
};

/** `password` is there once, when it was made up; nobody can read it again. */
export type PersonWithPassword = { readonly userId: string; readonly password: string | null };
