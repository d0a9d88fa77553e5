import { AppError } from "@/lib/domain/app-error";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import type { PriceInput } from "@/lib/schemas/accounts";
import { recordAudit } from "../audit/record-audit";
import { authorise, type TenantContext } from "../tenant-context";

/**
 * Adds a price from a day on. A price never changes: a new one takes over from the old, and what was sent before keeps what it was
 * priced at. So it cannot begin in the past; today means from this moment on.
 *
 * @throws AppError invalid_input for a day gone by, conflict if that channel and country already have a price from then on
 */
export async function addPrice(ctx: TenantContext, input: PriceInput): Promise<{ id: string }> {
  authorise(ctx, "settings:write");
  const validFrom = await beginOf(ctx, input.validFrom);
  return ctx.transaction(async (tx) => {
    const data = {
      accountId: ctx.accountId,
      channel: CHANNEL_CODE[input.channel],
      country: input.country,
      priceMicros: BigInt(input.price),
      validFrom,
    };
    const taken = await tx.price.createManyAndReturn({ data: [data], skipDuplicates: true, select: { id: true } });
    const price = taken[0];
    if (price === undefined) {
      throw new AppError("conflict", "There is already a price from that moment on.", {
        messageKey: "settings.priceTaken",
        fields: { validFrom: "settings.priceTaken" },
      });
    }
    await recordAudit(tx, ctx, {
      action: "price.added",
      target: price.id,
      detail: {
        channel: input.channel,
        country: input.country,
        priceMicros: input.price,
        validFrom: validFrom.toISOString(),
      },
    });
    return price;
  });
}

/** Midnight of that day in the account's time zone, or now for today. */
async function beginOf(ctx: TenantContext, day: string): Promise<Date> {
  const now = ctx.now();
  const { rows } = await ctx.sql.query<{ begins: Date; is_today: boolean }>(
    `SELECT $2::date::timestamp AT TIME ZONE time_zone AS begins,
            $2::date = ($3::timestamptz AT TIME ZONE time_zone)::date AS is_today
       FROM account WHERE id = $1`,
    [ctx.accountId, day, now],
  );
  const row = rows[0];
  if (row === undefined) throw new AppError("not_found", "No such account.", { messageKey: "notFound" });
  if (row.is_today) return now;
  if (row.begins < now) {
    throw new AppError("invalid_input", "A price cannot begin in the past.", {
      messageKey: "settings.pricePast",
      fields: { validFrom: "settings.pricePast" },
    });
  }
  return row.begins;
}
