/** The look of every one-line control; text grows on touch screens, so that phones do not zoom in. */
export const CONTROL_CLASS = [
  "w-full min-w-0 rounded-lg border border-control bg-surface px-3 text-base text-text",
  "transition-[border-color,box-shadow] duration-100 hover:border-text-3",
  "focus-visible:border-accent-2 focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-accent-2",
  "aria-invalid:border-bad disabled:cursor-not-allowed disabled:border-line disabled:bg-surface-2 disabled:text-text-3",
  "[&:is(input,textarea):read-only]:bg-surface-2 pointer-coarse:text-lg",
].join(" ");
