import { z } from "zod";

/** A test message by one connection. The number as a person writes it; whether it is one, the server finds out with the account's country. */
export const connectionTestInput = z.strictObject({
  connectionId: z.uuid("field.invalid").toLowerCase(),
  to: z.string("field.phone").trim().min(1, "field.required").max(100, "field.phone"),
});
export type ConnectionTestInput = z.output<typeof connectionTestInput>;

/** What a test will cost, shown before it is sent. */
export type TestQuote = {
  /** For display. */
  readonly phone: string;
  /** null: the account has no price for the channel and country. */
  readonly priceMicros: number | null;
  readonly currency: string;
};
