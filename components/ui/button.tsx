import type { ComponentProps, ReactNode } from "react";
import { buttonStyles, type ButtonStyle } from "./button-styles";
import { cn } from "./cn";
import { PendingDots } from "./pending-dots";

export type ButtonProps = Omit<ComponentProps<"button">, "children"> &
  Pick<ButtonStyle, "variant" | "size" | "block"> & {
    readonly children: ReactNode;
    /** Work is under way: keeps its width, cannot be pressed again, keeps the focus. */
    readonly pending?: boolean;
    /** Decorative, before the text. */
    readonly icon?: ReactNode;
  };

/**
 * While pending it is `aria-disabled`, not `disabled`: a disabled button drops the keyboard focus, and
 * whoever pressed it would be thrown to the top of the page.
 */
export function Button({
  variant,
  size,
  block,
  pending = false,
  icon,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={pending && type === "submit" ? "button" : type}
      aria-disabled={pending || rest["aria-disabled"] || undefined}
      aria-busy={pending || undefined}
      data-pending={pending || undefined}
      onClick={pending ? undefined : onClick}
      className={cn(buttonStyles({ variant, size, block }), className)}
    >
      <span className={cn("inline-flex items-center gap-1.5", pending && "opacity-0")}>
        {icon}
        {children}
      </span>
      {pending ? <PendingDots /> : null}
    </button>
  );
}
