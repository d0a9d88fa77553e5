import { cn } from "./cn";

/** A quiet block of the size that the content will have, so that nothing jumps. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={cn("bg-surface-2 animate-breathe block rounded-md", className)} />;
}
