import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { buttonStyles, type ButtonStyle } from "./button-styles";
import { cn } from "./cn";

type LinkButtonProps = ComponentProps<typeof Link> &
  Pick<ButtonStyle, "variant" | "size" | "block"> & { readonly icon?: ReactNode };

/** Goes somewhere, looks like a button. For downloads give `prefetch={false}` and `download`. */
export function LinkButton({ variant, size, block, icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link {...rest} className={cn(buttonStyles({ variant, size, block }), className)}>
      {icon}
      {children}
    </Link>
  );
}
