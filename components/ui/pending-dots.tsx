/** Three breathing dots in the middle of a control that is at work. Decorative: the control says aria-busy. */
export function PendingDots() {
  return (
    <span aria-hidden className="absolute inset-0 flex items-center justify-center gap-1">
      {[0, 160, 320].map((delayMs) => (
        <span
          key={delayMs}
          className="animate-breathe size-1.5 rounded-full bg-current"
          style={{ animationDelay: `${delayMs}ms` }}
        />
      ))}
    </span>
  );
}
