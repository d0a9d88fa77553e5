import type { ComponentProps, ReactNode } from "react";
import { buttonStyles, type ButtonStyle } from "./button-styles";
import { cn } from "./cn";
import { PendingDots } from "./pending-dots";

type IconButtonProps = Omit<ComponentProps<"button">, "children" | "aria-label"> &
  Pick<ButtonStyle, "variant" | "size"> & {
    /** What it does, for those who cannot see the icon; also shown on hover. */
    readonly label: string;
    readonly icon: ReactNode;
    readonly pending?: boolean;
  };

export function IconButton({
  label,
  icon,
  variant = "ghost",
  size,
  pending = false,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      data-pending={pending || undefined}
      onClick={pending ? undefined : rest.onClick}
      className={cn(buttonStyles({ variant, size, shape: "icon" }), className)}
    >
      {pending ? <PendingDots /> : icon}
    </button>
  );
}
