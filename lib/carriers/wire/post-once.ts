import { Pool, type Dispatcher } from "undici";

/** What one HTTP exchange came to, told apart by the only question that matters: did bytes leave? */
export type WireResult =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly body: string;
      /** False: the head came, the rest of the body did not. */
      readonly complete: boolean;
    }
  | { readonly kind: "not_written"; readonly code: string; readonly detail: string }
  | { readonly kind: "lost"; readonly code: "timeout" | "reset"; readonly detail: string };

export type HttpPoster = {
  post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    canStillSend: () => boolean,
  ): Promise<WireResult>;
  get(path: string, headers: Readonly<Record<string, string>>): Promise<WireResult>;
  close(graceMs: number): Promise<void>;
};

export type HttpPosterOptions = {
  readonly baseUrl: string;
  readonly wireTimeoutMs: number;
  /** Sockets kept to the carrier; also the number of sends that can be on the wire at once. */
  readonly connections: number;
};

/** An answer longer than this is not one of a carrier's; the rest is dropped. */
const maxBodyBytes = 256 * 1024;

/**
 * POSTs with at most one exchange a call: no retry, no redirect.
 *
 * It dispatches on the pool itself because `onRequestStart` runs right before the first byte is
 * written and never before there is a socket: an error that comes without it is proof that nothing
 * left (DNS, refused, TLS, no free socket in time), an error after it is not.
 */
export function createHttpPoster(options: HttpPosterOptions): HttpPoster {
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/+$/, "");
  const pool = new Pool(base.origin, {
    connections: options.connections,
    pipelining: 1,
    connectTimeout: options.wireTimeoutMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
  });
  return {
    post: (path, headers, body, canStillSend) =>
      exchange(pool, options.wireTimeoutMs, { path: prefix + path, method: "POST", headers, body }, canStillSend),
    get: (path, headers) =>
      exchange(pool, options.wireTimeoutMs, { path: prefix + path, method: "GET", headers }, () => true),
    async close(graceMs) {
      const timer = setTimeout(() => void pool.destroy().catch(() => undefined), graceMs);
      await pool.close().catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

class NotWritten extends Error {}

function exchange(
  pool: Pool,
  wireTimeoutMs: number,
  request: Dispatcher.DispatchOptions,
  canStillSend: () => boolean,
): Promise<WireResult> {
  return new Promise((resolve) => {
    let started = false;
    let settled = false;
    let controller: Dispatcher.DispatchController | null = null;
    let head: { status: number; retryAfterMs: number | null } | null = null;
    const chunks: Buffer[] = [];
    let bytes = 0;

    const settle = (result: WireResult): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const answer = (complete: boolean): WireResult | null =>
      head && { kind: "response", ...head, body: Buffer.concat(chunks).toString("utf8"), complete };

    const timer = setTimeout(() => {
      const detail = `no answer within ${wireTimeoutMs} ms`;
      if (!started) settle({ kind: "not_written", code: "timeout", detail: "no connection in time" });
      else settle(answer(false) ?? { kind: "lost", code: "timeout", detail });
      controller?.abort(new Error(detail));
    }, wireTimeoutMs);

    pool.dispatch(request, {
      onRequestStart(requestController) {
        // Throwing here fails the request before a byte is written and leaves the socket usable.
        if (started) throw new Error("a second exchange was about to start");
        if (settled) throw new NotWritten("no connection in time");
        if (!canStillSend()) {
          settle({ kind: "not_written", code: "aborted", detail: "the right to send had run out" });
          throw new NotWritten("aborted");
        }
        started = true;
        controller = requestController;
      },
      onResponseStart(_controller, status, headers) {
        if (status >= 200) head = { status, retryAfterMs: parseRetryAfter(headers["retry-after"]) };
      },
      onResponseData(_controller, chunk) {
        if (bytes < maxBodyBytes) chunks.push(chunk);
        bytes += chunk.length;
      },
      onResponseEnd() {
        settle(answer(true) ?? { kind: "lost", code: "reset", detail: "the answer had no head" });
      },
      onResponseError(_controller, error) {
        if (!started) settle({ kind: "not_written", ...describeConnectFailure(error) });
        else settle(answer(false) ?? { kind: "lost", code: "reset", detail: error.message });
      },
    });
  });
}

/** Seconds or an HTTP date; a date is ignored, because the carrier's clock may be far from ours. */
function parseRetryAfter(header: string | string[] | undefined): number | null {
  const seconds = typeof header === "string" && header.trim() !== "" ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3_600) * 1_000 : null;
}

function describeConnectFailure(error: Error): { code: string; detail: string } {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { code: connectFailureCode(code), detail: error.message || code || "could not connect" };
}

function connectFailureCode(code: string): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EAI_FAIL") return "dns";
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") return "connect_timeout";
  if (/^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_)/.test(code)) return "tls";
  if (code === "UND_ERR_CLOSED" || code === "UND_ERR_DESTROYED") return "closed";
  return "connection_refused";
}
