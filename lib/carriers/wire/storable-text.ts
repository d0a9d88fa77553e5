/** What comes from outside may hold what PostgreSQL's text and JSON refuse: NUL, and halves of surrogate pairs. */
export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\u0000") ? whole.replaceAll("\u0000", "") : whole;
}
