import { z } from "zod";

/**
 * Every way in which the API says no. `type` is stable: programs compare it, people open it. It is a path, so that it leads to
 * the documentation of whichever installation answered (RFC 9457, section 3.1.1).
 */
export const PROBLEMS = {
  "malformed-json": {
    status: 400,
    title: "The body is not JSON",
    when: "The body is empty, is not UTF-8, or is not one JSON object.",
    fix: "Send one JSON object, encoded in UTF-8. A client library that serialises for you never runs into this.",
  },
  "idempotency-key": {
    status: 400,
    title: "An Idempotency-Key is needed",
    when: "The Idempotency-Key header is missing, longer than 255 characters, or holds something other than visible ASCII.",
    fix: "Make one key for each message that you mean to send, for example a UUID, and send the same key with every retry.",
  },
  unauthenticated: {
    status: 401,
    title: "The API key is not accepted",
    when: "The Authorization header is missing or holds a key that is unknown or revoked.",
    fix: "Send `Authorization: Bearer <key>`. An admin of the account makes keys on the page API keys.",
  },
  forbidden: {
    status: 403,
    title: "The key may not do this",
    when: "The key is good, but what it asked for is only for people at the desk.",
    fix: "Do it at the desk, or ask an admin of the account.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here",
    when: "The address is not one of the API, or the message does not exist in the account of the key.",
    fix: "Check the id. A message of another account is answered in the same way as one that never was.",
  },
  "method-not-allowed": {
    status: 405,
    title: "This address does not take this method",
    when: "The address exists, but not with this HTTP method.",
    fix: "The Allow header lists the methods that it takes.",
  },
  conflict: {
    status: 409,
    title: "Something else happened first",
    when: "What the request builds on was changed while it ran.",
    fix: "Read the present state, then decide again. Nothing was sent.",
  },
  "payload-too-large": {
    status: 413,
    title: "The body is too large",
    when: "The body is larger than 64 KB.",
    fix: "A message needs a few hundred bytes. Give pictures as an address, not as data.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body must be JSON",
    when: "The Content-Type header is missing or is not application/json.",
    fix: "Send `Content-Type: application/json`.",
  },
  "invalid-request": {
    status: 422,
    title: "Some fields are not right",
    when: "A field is missing, unknown, too long, or does not fit the others.",
    fix: "`errors` lists each one with a JSON pointer to it. Nothing was sent; mend the fields and use the same Idempotency-Key.",
  },
  "recipient-not-mobile": {
    status: 422,
    title: "The recipient is not a mobile number",
    when: "`to` cannot be read as a number, is not assigned, or belongs to a landline.",
    fix: "Write the number with its country code, such as +374 77 123456.",
  },
  "recipient-opted-out": {
    status: 422,
    title: "The recipient does not want this",
    when: "The person has opted out of this kind of message, or has blocked the sender on the first channel of the route.",
    fix: "Do not send it by another route. People at the desk can see and lift the opt-out with a reason.",
  },
  "template-not-found": {
    status: 422,
    title: "There is no such template",
    when: "No template of the account in use has this id or name.",
    fix: "Compare with the page Templates at the desk; an archived template cannot be sent.",
  },
  "idempotency-key-reused": {
    status: 422,
    title: "This Idempotency-Key belongs to another request",
    when: "A request with the same key but another body was taken before.",
    fix: "Use a new key for a new message. For a retry, send exactly the body of the first try.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    when: "The key has used up its requests for the moment.",
    fix: "Wait for the number of seconds in the Retry-After header, then go on with the same Idempotency-Key.",
  },
  unexpected: {
    status: 500,
    title: "Something went wrong on our side",
    when: "A fault of this installation. Whether the message was taken is not known.",
    fix: "Repeat the request with the same Idempotency-Key: it cannot be sent twice. Give the `reference` to the operator.",
  },
  unavailable: {
    status: 503,
    title: "Out of reach for the moment",
    when: "The database does not answer.",
    fix: "Repeat the request with the same Idempotency-Key after the seconds in the Retry-After header.",
  },
} as const satisfies Record<
  string,
  { readonly status: number; readonly title: string; readonly when: string; readonly fix: string }
>;

export type ProblemName = keyof typeof PROBLEMS;
export const PROBLEM_NAMES = Object.keys(PROBLEMS) as readonly ProblemName[];

export function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(PROBLEMS, name);
}

export function problemType(name: ProblemName): string {
  return `/docs/problems/${name}`;
}

export const fieldErrorSchema = z
  .strictObject({
    pointer: z.string().meta({
      description: "JSON pointer (RFC 6901) into the body; empty for the body as a whole.",
      example: "/template/variables/first_name",
    }),
    detail: z
      .string()
      .meta({ description: "What is wrong with it, in English.", example: "This variable has no value." }),
  })
  .meta({ id: "FieldError" });

export const problemSchema = z
  .strictObject({
    type: z.enum(PROBLEM_NAMES.map(problemType)).meta({
      description: "Which problem it is. Stable; opens its documentation.",
      example: problemType("invalid-request"),
    }),
    title: z
      .string()
      .meta({ description: "The same for every occurrence.", example: PROBLEMS["invalid-request"].title }),
    status: z.int().meta({ description: "The HTTP status, repeated.", example: 422 }),
    detail: z.string().meta({ description: "What happened this time, in English." }),
    errors: z.array(fieldErrorSchema).optional().meta({ description: "The fields at fault, where there are any." }),
    reference: z.string().optional().meta({ description: "Finds an unexpected fault in the log of the installation." }),
  })
  .meta({ id: "Problem", description: "A refusal (RFC 9457, `application/problem+json`)." });

export type FieldError = z.infer<typeof fieldErrorSchema>;
export type Problem = z.infer<typeof problemSchema>;
