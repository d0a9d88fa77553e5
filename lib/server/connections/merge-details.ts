import { AppError } from "@/lib/domain/app-error";
import { connectionDetails, type ConnectionDetails } from "@/lib/schemas/connection";
import type { ConnectionChange } from "@/lib/schemas/connection-form";
import { fieldErrors } from "@/lib/schemas/field-errors";
import { unseal } from "../secrets/seal";
import { connectionAssociatedData } from "./save-connection";

export type SealedRow = {
  readonly accountId: string;
  readonly id: string;
  readonly kind: string;
  readonly secrets: Uint8Array;
};

/** The secrets of a row by their names; none where they cannot be opened any more, so that a person can enter them anew. */
export function openSecrets({ accountId, id, secrets }: SealedRow): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(unseal(secrets, connectionAssociatedData(accountId, id))) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A stored connection with its secrets. @throws AppError conflict where it cannot be read any more */
export function readStored(stored: (SealedRow & { readonly config: unknown }) | null): ConnectionDetails {
  const parsed = connectionDetails.safeParse(
    stored === null ? null : { kind: stored.kind, config: stored.config, secrets: openSecrets(stored) },
  );
  if (parsed.success) return parsed.data;
  throw new AppError("conflict", "The stored settings cannot be read.", { messageKey: "connection.unreadable" });
}

/**
 * A change together with the stored secrets that it leaves as they are.
 *
 * @throws AppError invalid_input where a secret is missing or the kind is another: what connects to a carrier stays what it is
 */
export function mergeDetails(stored: SealedRow | null, change: ConnectionChange): ConnectionDetails {
  if (stored !== null && stored.kind !== change.kind) throw invalid({ "details.kind": "field.invalid" });
  const given = Object.entries(change.secrets).filter(([, value]) => value !== undefined);
  const secrets = { ...(stored === null ? {} : openSecrets(stored)), ...Object.fromEntries(given) };
  const parsed = connectionDetails.safeParse({ ...change, secrets });
  if (parsed.success) return parsed.data;
  const fields = Object.entries(fieldErrors(parsed.error)).map(([path, key]) => [
    `details.${path}`,
    // Left out, and not stored either.
    path.startsWith("secrets.") && !(path.slice("secrets.".length) in secrets) ? "field.required" : key,
  ]);
  throw invalid(Object.fromEntries(fields) as Record<string, string>);
}

function invalid(fields: Readonly<Record<string, string>>): AppError {
  return new AppError("invalid_input", "Some fields are not right.", { messageKey: "invalidInput", fields });
}
