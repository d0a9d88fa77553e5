import type { AppErrorCode } from "@/lib/domain/app-error";

/** What went wrong, in the reader's language. `reference` is there for unexpected errors: it finds them in the log. */
export type ClientError = {
  readonly code: AppErrorCode | "unexpected";
  readonly message: string;
  /** Input path ("whatsapp.buttons.0.url") to a text for a person. */
  readonly fields: Readonly<Record<string, string>>;
  readonly reference: string | null;
};

/** What every server action answers. Actions never throw to the browser. */
export type ActionResult<T> =
  { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: ClientError };
