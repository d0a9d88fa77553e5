import type { SendOutcome } from "@/lib/carriers/connector";

/** Null for what is not JSON: carriers' gateways answer in HTML when they are down. */
export function parseJsonBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What became of the send cannot be told. */
export function unknownOutcome(code: string, detail: string, raw: string): SendOutcome {
  return { kind: "unknown", code, detail, carrierIds: [], raw };
}
