"use client";

import { Switch as RadixSwitch } from "radix-ui";
import { cn } from "./cn";
import { useFieldControl } from "./field-context";

type SwitchProps = {
  readonly checked: boolean;
  readonly onCheckedChange?: (checked: boolean) => void;
  /** The name a screen reader says; leave out inside a Field or with `aria-labelledby`. */
  readonly label?: string;
  readonly "aria-labelledby"?: string;
  readonly "aria-describedby"?: string;
  /** `lg` is the hero switch of the first screen. */
  readonly size?: "sm" | "lg";
  readonly disabled?: boolean;
  /** The new state is on its way to the server: shown already, cannot be pressed again. */
  readonly pending?: boolean;
  readonly name?: string;
  readonly id?: string;
  readonly className?: string;
};

/** The line inside the track shows the state without colour: a bar when on, a ring when off. */
export function Switch({ size = "sm", checked, label, pending = false, className, ...rest }: SwitchProps) {
  const control = useFieldControl(rest);
  const large = size === "lg";
  return (
    <RadixSwitch.Root
      id={control.id}
      name={rest.name}
      checked={checked}
      disabled={rest.disabled}
      aria-label={label}
      aria-labelledby={rest["aria-labelledby"]}
      aria-describedby={control["aria-describedby"]}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      onCheckedChange={pending ? undefined : rest.onCheckedChange}
      className={cn(
        "data-[state=checked]:bg-accent-2 relative shrink-0 rounded-full bg-control transition-colors duration-150",
        "disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-progress",
        "before:absolute before:top-1/2 before:-translate-y-1/2 before:transition-opacity before:duration-150",
        large
          ? "h-[34px] w-[60px] before:left-[14px] before:h-3 before:w-0.5 before:rounded-full before:bg-white before:opacity-0 data-[state=checked]:before:opacity-90 after:absolute after:top-1/2 after:right-[11px] after:size-2.5 after:-translate-y-1/2 after:rounded-full after:border-2 after:border-white after:opacity-90 data-[state=checked]:after:opacity-0"
          : "h-5 w-9 pointer-coarse:after:absolute pointer-coarse:after:-inset-2.5",
        className,
      )}
    >
      <RadixSwitch.Thumb
        className={cn(
          "relative z-1 block rounded-full bg-white shadow-[0_1px_3px_rgb(0_0_0/0.25)] transition-transform duration-150 ease-out",
          large
            ? "size-[26px] translate-x-1 data-[state=checked]:translate-x-[30px]"
            : "size-3.5 translate-x-[3px] data-[state=checked]:translate-x-[19px]",
          pending && "animate-breathe",
        )}
      />
    </RadixSwitch.Root>
  );
}
