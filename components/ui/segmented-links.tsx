"use client";

import Link from "next/link";
import { cn } from "./cn";

export type SegmentedLink = { readonly key: string; readonly label: string; readonly href: string };

type SegmentedLinksProps = {
  readonly label: string;
  readonly items: readonly SegmentedLink[];
  readonly current: string;
  readonly className?: string;
};

/** Views of one page, one of which is shown: links, so that the choice is in the address. */
export function SegmentedLinks({ label, items, current, className }: SegmentedLinksProps) {
  return (
    <nav
      aria-label={label}
      className={cn(
        "border-line bg-surface-2 inline-flex max-w-full overflow-x-auto rounded-lg border p-0.5",
        className,
      )}
    >
      {items.map((item) => (
        <Link
          key={item.key}
          href={item.href}
          scroll={false}
          replace
          aria-current={item.key === current ? "true" : undefined}
          className="text-text-2 hover:text-text aria-[current]:bg-surface aria-[current]:text-text aria-[current]:ring-line-strong rounded-md px-2.5 py-[3px] text-sm font-[550] whitespace-nowrap no-underline aria-[current]:ring-1 pointer-coarse:py-2"
        >
          {item.label}
        </Link>
      ))}
    </nav>
  );
}
