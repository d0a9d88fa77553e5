import { z } from "zod";

export const createApiKeyInput = z.object({
  name: z.string().trim().min(1, "field.required").max(80, "field.tooLong"),
});

export const revokeApiKeyInput = z.object({ keyId: z.uuid() });

/** A key as it is listed: whatever could be used to sign a request is gone for good. */
export type ApiKeyRow = {
  readonly id: string;
  readonly name: string;
  /** The public beginning of the key, enough to recognise it: `kmr_live_k3f9x0a2bq`. */
  readonly prefix: string;
  readonly createdBy: string;
  readonly createdAt: string;
  /** To the minute; null: never used. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
};

/** The only moment at which the whole key exists outside the program that will use it. */
export type CreatedApiKey = { readonly key: string; readonly row: ApiKeyRow };
