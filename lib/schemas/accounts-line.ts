import { z } from "zod";

/** One line of text that a person typed: no control characters (a NUL cannot even be stored). */
export function lineOf(maxLength: number) {
  return z
    .string("field.required")
    .trim()
    .min(1, "field.required")
    .max(maxLength, "field.tooLong")
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, "field.invalid");
}
