import type { createFormatter } from "next-intl";

type Formatter = Pick<ReturnType<typeof createFormatter>, "number">;

export type MoneyPrecision = "amount" | "price" | "whole";

const MICROS = 1_000_000;
const DIGITS = {
  /** What a person pays: the currency's own digits. */
  amount: {},
  /** What one message costs: fractions of a cent matter. */
  price: { minimumFractionDigits: 3, maximumFractionDigits: 4 },
  whole: { maximumFractionDigits: 0, minimumFractionDigits: 0 },
} as const satisfies Record<MoneyPrecision, object>;

/**
 * Text of an amount in integer micros of its currency ("831.60 €").
 *
 * The division happens here and only for showing: sums are made of micros before. Takes next-intl's
 * formatter, so that it works in components (`useFormatter`) and on the server (`getFormatter`).
 */
export function formatMoney(
  format: Formatter,
  micros: bigint | number,
  currency: string,
  precision: MoneyPrecision = "amount",
): string {
  return format.number(Number(micros) / MICROS, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...DIGITS[precision],
  });
}
