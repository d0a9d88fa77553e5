export type SignInProblem =
  | { readonly kind: "invalid" | "disabled" | "unavailable" | "missing" }
  | { readonly kind: "throttled"; readonly seconds: number };

/** Reads the code that the server put into next-auth's error; what it does not know is not the person's fault. */
export function readSignInProblem(code: string | null): SignInProblem {
  if (code === "invalid" || code === "CredentialsSignin") return { kind: "invalid" };
  if (code === "disabled") return { kind: "disabled" };
  const seconds = /^throttled:(\d{1,6})$/.exec(code ?? "")?.[1];
  return seconds === undefined ? { kind: "unavailable" } : { kind: "throttled", seconds: Number(seconds) };
}
