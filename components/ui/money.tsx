import { useFormatter } from "next-intl";
import { cn } from "./cn";
import { formatMoney, type MoneyPrecision } from "./format-money";

type MoneyProps = {
  /** Integer micros of the currency. */
  readonly micros: bigint | number;
  readonly currency: string;
  readonly precision?: MoneyPrecision;
  readonly className?: string;
};

export function Money({ micros, currency, precision = "amount", className }: MoneyProps) {
  const format = useFormatter();
  return (
    <span suppressHydrationWarning className={cn("tabular whitespace-nowrap", className)}>
      {formatMoney(format, micros, currency, precision)}
    </span>
  );
}
