import { cn } from "@/components/ui/cn";

type LogoProps = { readonly withName?: boolean; readonly className?: string };

/** A bridge (kamurj) of two arches. */
export function Logo({ withName = true, className }: LogoProps) {
  return (
    <span className={cn("inline-flex items-center gap-2.5 text-md font-[650] tracking-[-0.01em]", className)}>
      <svg aria-hidden width="26" height="26" viewBox="0 0 26 26" className="shrink-0">
        <path
          d="M2 19h22M4 19c0-8 4-12 9-12s9 4 9 12M9 19c0-4 1.5-6.5 4-6.5s4 2.5 4 6.5"
          fill="none"
          stroke="var(--accent-2)"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      </svg>
      {withName ? "Kamurj" : <span className="sr-only">Kamurj</span>}
    </span>
  );
}
