import type { z } from "zod";
import type { FieldError } from "@/lib/schemas/api/problems";
import { sendMessageSchema, type SendMessage } from "@/lib/schemas/api/send-message";
import { ApiProblem, pointerTo } from "./api-problem";

/** @throws ApiProblem invalid-request, with a pointer to each field at fault */
export function parseSendMessage(body: Record<string, unknown>): SendMessage {
  const parsed = sendMessageSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ApiProblem("invalid-request", "Some fields are not right. Nothing was sent.", {
    errors: parsed.error.issues.flatMap(toFieldErrors),
  });
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: "There is no such field." }));
  }
  if (issue.code === "invalid_key") {
    const detail = issue.issues[0]?.message ?? "This name cannot be used.";
    return [{ pointer: pointerTo(issue.path), detail }];
  }
  const missing =
    issue.code === "invalid_type" && issue.input === undefined && issue.message.endsWith("received undefined");
  return [{ pointer: pointerTo(issue.path), detail: missing ? "This field is needed." : issue.message }];
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws ApiProblem idempotency-key */
export function readIdempotencyKey(headers: Headers): string {
  const key = headers.get("idempotency-key") ?? "";
  if (KEY.test(key)) return key;
  throw new ApiProblem(
    "idempotency-key",
    key === ""
      ? "Send an Idempotency-Key header, so that a retry cannot send the message twice."
      : "The Idempotency-Key must have 1 to 255 visible ASCII characters and no spaces.",
  );
}
