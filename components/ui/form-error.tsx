import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

type FormErrorProps = {
  readonly children: ReactNode;
  readonly id?: string | undefined;
  /** Read out at once: for the error of a whole form after it was sent. */
  readonly announce?: boolean;
  readonly className?: string;
};

export function FormError({ children, id, announce = false, className }: FormErrorProps) {
  return (
    <p
      id={id}
      role={announce ? "alert" : undefined}
      className={cn("text-bad flex items-start gap-1.5 text-sm", className)}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
