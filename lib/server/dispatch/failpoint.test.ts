import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { FAILPOINTS } from "./failpoint";

// Plain JavaScript once, so that each of the processes below starts at once.
const { code } = transformSync(readFileSync("lib/server/dispatch/failpoint.ts", "utf8"), { loader: "ts" });

/** The setting is read when the module is loaded, so each case is a process of its own. */
function run(setting: string | undefined, script: string) {
  const env = { ...process.env, KAMURJ_FAILPOINT: setting };
  const args = ["--input-type=module", "--eval", `${code}\n${script}`];
  return spawnSync(process.execPath, args, { env, encoding: "utf8" });
}

const PASS_TWICE = 'failpoint("claim.after"); console.log("once"); failpoint("claim.after"); console.log("twice");';

describe("a failpoint", () => {
  it("does nothing where none is armed, or another one is", () => {
    for (const setting of [undefined, "", "claim.before"]) {
      const { status, signal, stdout } = run(setting, PASS_TWICE);
      expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: "once\ntwice\n" });
    }
  });

  it("kills the process at once, and with a count when it has been passed as often", () => {
    expect(run("claim.after", PASS_TWICE)).toMatchObject({ signal: "SIGKILL", stdout: "" });
    expect(run("claim.after:2", PASS_TWICE)).toMatchObject({ signal: "SIGKILL", stdout: "once\n" });
    expect(run("claim.after:3", PASS_TWICE)).toMatchObject({ status: 0, stdout: "once\ntwice\n" });
  });

  it("that does not exist is refused, so that no test passes because of a slip of the pen", () => {
    for (const setting of ["claim.afterwards", "claim", "claim.after:0", "claim.after:x", "claim.after:-1", ":1"]) {
      const { status, stderr, stdout } = run(setting, PASS_TWICE);
      expect({ status, stdout }, setting).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(`KAMURJ_FAILPOINT=${setting} names no failpoint.`);
    }
  });

  it("has a name of its own for every step of the protocol", () => {
    expect(new Set(FAILPOINTS).size).toBe(FAILPOINTS.length);
    const steps = ["claim", "intent", "wire", "outcome", "receipts", "timers", "decisions", "planning", "recovery"];
    expect([...new Set(FAILPOINTS.map((name) => name.split(".")[0]))]).toEqual(steps);
  });
});
