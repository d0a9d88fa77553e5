import { describe, expect, it } from "vitest";
import { readSignInProblem } from "./sign-in-problem";

describe("readSignInProblem", () => {
  it.each([
    ["invalid", { kind: "invalid" }],
    ["CredentialsSignin", { kind: "invalid" }],
    ["disabled", { kind: "disabled" }],
    ["throttled:42", { kind: "throttled", seconds: 42 }],
    ["throttled:", { kind: "unavailable" }],
    ["ECONNREFUSED 127.0.0.1", { kind: "unavailable" }],
    [null, { kind: "unavailable" }],
  ])("reads %j as %j", (code, problem) => {
    expect(readSignInProblem(code)).toEqual(problem);
  });
});
