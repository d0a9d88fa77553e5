export const APP_ERROR_CODES = [
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "invalid_input",
  "rate_limited",
  "budget_exceeded",
  "unavailable",
] as const;
export type AppErrorCode = (typeof APP_ERROR_CODES)[number];

/**
 * An expected error: something a person can understand and act on.
 *
 * `messageKey` names a text in the `errors` catalogue ("errors.campaign.alreadyLaunched" is key
 * "campaign.alreadyLaunched"); `values` fill its ICU placeholders. `message` is the English text, for
 * logs and for API clients. `fields` maps an input's path to a messageKey, for forms.
 */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly messageKey: string | null;
  readonly values: Readonly<Record<string, string | number>>;
  readonly fields: Readonly<Record<string, string>>;

  constructor(
    code: AppErrorCode,
    message: string,
    options: {
      readonly messageKey?: string;
      readonly values?: Readonly<Record<string, string | number>>;
      readonly fields?: Readonly<Record<string, string>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.messageKey = options.messageKey ?? null;
    this.values = options.values ?? {};
    this.fields = options.fields ?? {};
  }
}
