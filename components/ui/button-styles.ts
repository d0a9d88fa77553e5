import { cva, type VariantProps } from "class-variance-authority";

/** Shared by Button, LinkButton and IconButton, so that an action and a link that looks like one agree. */
export const buttonStyles = cva(
  [
    "relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg border font-sans font-[550] whitespace-nowrap select-none",
    "transition-[background-color,border-color,opacity,color] duration-100 no-underline",
    "disabled:opacity-50 aria-disabled:opacity-50 data-[pending]:cursor-progress data-[pending]:opacity-100",
    "pointer-coarse:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0",
  ],
  {
    variants: {
      variant: {
        primary:
          "border-accent bg-accent text-on-accent enabled:hover:bg-[color-mix(in_oklab,var(--accent),var(--text)_14%)] [a&]:hover:bg-[color-mix(in_oklab,var(--accent),var(--text)_14%)]",
        secondary:
          "border-line-strong bg-surface text-text enabled:hover:bg-surface-2 [a&]:hover:bg-surface-2 aria-expanded:bg-surface-2",
        ghost:
          "border-transparent bg-transparent text-text-2 enabled:hover:bg-surface-2 enabled:hover:text-text [a&]:hover:bg-surface-2 [a&]:hover:text-text aria-expanded:bg-surface-2 aria-expanded:text-text",
        danger:
          "border-bad bg-bad text-on-bad enabled:hover:bg-[color-mix(in_oklab,var(--bad),var(--text)_14%)] [a&]:hover:bg-[color-mix(in_oklab,var(--bad),var(--text)_14%)]",
      },
      size: {
        sm: "h-7 px-2.5 text-xs",
        md: "h-8 px-3 text-sm",
        lg: "h-10 px-4 text-base",
      },
      shape: { text: "", icon: "px-0" },
      block: { true: "w-full", false: "" },
    },
    compoundVariants: [
      { shape: "icon", size: "sm", className: "w-7 pointer-coarse:min-w-10" },
      { shape: "icon", size: "md", className: "w-8 pointer-coarse:min-w-10" },
      { shape: "icon", size: "lg", className: "w-10" },
    ],
    defaultVariants: { variant: "secondary", size: "md", shape: "text", block: false },
  },
);

export type ButtonStyle = VariantProps<typeof buttonStyles>;
