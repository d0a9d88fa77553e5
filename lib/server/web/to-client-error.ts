import "server-only";
import { randomUUID } from "node:crypto";
import { getTranslations } from "next-intl/server";
import { type z } from "zod";
import { AppError } from "@/lib/domain/app-error";
import type { ClientError } from "@/lib/schemas/action-result";
import { fieldErrors } from "@/lib/schemas/field-errors";
import { logger } from "../logger";
import { isDatabaseAway } from "../db/is-database-away";

/**
 * Turns any error into words for a person. Expected errors keep their message; the rest are logged with a reference and shown as
 * "something went wrong". Texts come from the catalogue `errors`.
 */
export async function toClientError(error: unknown): Promise<ClientError> {
  const t = await getTranslations("errors");
  const say = (key: string | null, values: Readonly<Record<string, string | number>>, fallback: string): string =>
    key !== null && t.has(key) ? t(key, values) : fallback;
  if (error instanceof AppError) {
    const fields = Object.entries(error.fields).map(([path, key]) => [path, say(key, error.values, key)] as const);
    return {
      code: error.code,
      message: say(error.messageKey, error.values, error.message),
      fields: Object.fromEntries(fields),
      reference: null,
    };
  }
  if (isDatabaseAway(error)) {
    return { code: "unavailable", message: t("databaseAway"), fields: {}, reference: null };
  }
  const reference = randomUUID().slice(0, 8);
  logger().error({ err: error, reference }, "unexpected error");
  return { code: "unexpected", message: t("unexpected", { reference }), fields: {}, reference };
}

/** zod issues as an AppError: the message of an issue may be a key of the catalogue `errors`. */
export function invalidInput(error: z.ZodError): AppError {
  return new AppError("invalid_input", "Some fields are not right.", {
    messageKey: "invalidInput",
    fields: fieldErrors(error),
  });
}

/**
 * The input as the schema reads it. Text with a NUL character is refused wherever it stands: PostgreSQL cannot store it, and no
 * person types one.
 *
 * @throws AppError invalid_input
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error);
  if (hasNul(parsed.data)) {
    throw new AppError("invalid_input", "The text has characters that cannot be stored.", {
      messageKey: "invalidInput",
    });
  }
  return parsed.data;
}

function hasNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, entry]) => key.includes("\0") || hasNul(entry));
}
