import { useTranslations } from "next-intl";
import { Skeleton } from "./skeleton";

type PageSkeletonProps = {
  /** What the page holds, roughly, so that nothing jumps when it comes. */
  readonly shape?: "table" | "tiles" | "form";
};

/** For `loading.tsx` of any page of the desk. */
export function PageSkeleton({ shape = "table" }: PageSkeletonProps) {
  const t = useTranslations("common");
  return (
    <div role="status" aria-label={t("loading")}>
      <div className="mb-4.5 flex items-center justify-between">
        <Skeleton className="h-7 w-44" />
        <Skeleton className="h-8 w-32 rounded-lg" />
      </div>
      {shape === "tiles" ? (
        <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
          {[0, 1, 2, 3].map((tile) => (
            <Skeleton key={tile} className="h-24 rounded-xl" />
          ))}
        </div>
      ) : null}
      <div className="border-line bg-surface flex flex-col gap-4 rounded-xl border p-5">
        {Array.from({ length: shape === "form" ? 4 : 8 }, (_, row) => (
          <Skeleton key={row} className={shape === "form" ? "h-9 max-w-lg" : "h-5"} />
        ))}
      </div>
    </div>
  );
}
