import { AppError, type AppErrorCode } from "@/lib/domain/app-error";
import { PROBLEMS, problemType, type FieldError, type Problem, type ProblemName } from "@/lib/schemas/api/problems";
import { randomUUID } from "node:crypto";
import { logger } from "../logger";
import { isDatabaseAway } from "../db/is-database-away";

/** A refusal with a type of its own in the documentation; everything else that the API answers with is an AppError. */
export class ApiProblem extends Error {
  readonly problem: ProblemName;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    problem: ProblemName,
    detail: string,
    options: { readonly errors?: readonly FieldError[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.name = "ApiProblem";
    this.problem = problem;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

const PROBLEM_OF_CODE = {
  unauthenticated: "unauthenticated",
  forbidden: "forbidden",
  not_found: "not-found",
  conflict: "conflict",
  invalid_input: "invalid-request",
  rate_limited: "rate-limited",
  budget_exceeded: "conflict",
  unavailable: "unavailable",
} as const satisfies Record<AppErrorCode, ProblemName>;

const MAX_ERRORS = 50;

/** A database that restarts is back within seconds. */
const RETRY_AFTER_S = "5";

/** Any error as a problem document. What nobody expected is logged, and only its reference goes out. */
export function toProblemResponse(error: unknown, requestId?: string): Response {
  if (error instanceof ApiProblem) {
    return problemResponse(error.problem, error.message, { errors: error.errors, headers: error.headers });
  }
  if (error instanceof AppError) {
    const errors = Object.keys(error.fields).map((path) => ({
      pointer: pointerTo(path.split(".")),
      detail: error.message,
    }));
    const headers: Record<string, string> = error.code === "unavailable" ? { "retry-after": RETRY_AFTER_S } : {};
    return problemResponse(PROBLEM_OF_CODE[error.code], error.message, { errors, headers });
  }
  if (isDatabaseAway(error)) {
    const detail =
      "The database does not answer. Nothing was taken in; repeat the request with the same Idempotency-Key.";
    return problemResponse("unavailable", detail, { headers: { "retry-after": RETRY_AFTER_S } });
  }
  const reference = randomUUID().slice(0, 8);
  logger().error({ err: error, reference, requestId }, "unexpected error in the API");
  return problemResponse("unexpected", `The request could not be carried out. Reference ${reference}.`, { reference });
}

export function problemResponse(
  name: ProblemName,
  detail: string,
  more: {
    readonly errors?: readonly FieldError[];
    readonly reference?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Response {
  const { status, title } = PROBLEMS[name];
  const problem: Problem = {
    type: problemType(name),
    title,
    status,
    detail,
    ...(more.errors !== undefined && more.errors.length > 0 && { errors: more.errors.slice(0, MAX_ERRORS) }),
    ...(more.reference !== undefined && { reference: more.reference }),
  };
  const challenge: Record<string, string> = status === 401 ? { "www-authenticate": 'Bearer realm="Kamurj API"' } : {};
  return new Response(JSON.stringify(problem), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...challenge, ...more.headers },
  });
}

/** RFC 6901. Names come from outside, so they are cut. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
