import { useFormatter } from "next-intl";

export type Share = { readonly key: string; readonly label: string; readonly count: number };

type ShareListProps = { readonly shares: readonly Share[]; readonly total: number };

/** How a whole divides, largest first, each with a bar of its share. */
export function ShareList({ shares, total }: ShareListProps) {
  const format = useFormatter();
  return (
    <dl className="flex flex-col gap-2">
      {shares.map((share) => (
        <div key={share.key}>
          <div className="flex items-baseline justify-between gap-4">
            <dt className="min-w-0 truncate">{share.label}</dt>
            <dd className="tabular text-text-2 shrink-0 text-sm">
              {format.number(share.count)}
              <span className="text-text-3 ml-2 inline-block min-w-12 text-right">
                {format.number(total === 0 ? 0 : share.count / total, "percent")}
              </span>
            </dd>
          </div>
          <div aria-hidden className="bg-surface-2 mt-1 h-1 overflow-hidden rounded-full">
            <div
              className="bg-control h-full rounded-full"
              style={{ width: `${total === 0 ? 0 : (share.count / total) * 100}%` }}
            />
          </div>
        </div>
      ))}
    </dl>
  );
}
