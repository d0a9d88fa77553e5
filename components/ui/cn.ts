import { clsx, type ClassValue } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

/** Our font sizes and shadows have names of their own; without them a size would be taken for a colour. */
const merge = extendTailwindMerge({
  extend: { theme: { text: ["2xs", "md"], shadow: ["card", "pop"] } },
});

/** Joins class names; of two that set the same thing the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
