import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { readReport, type BenchPart, type BenchReport } from "./bench-row";
import type { PartPlan } from "./parts";

export type PartResult = {
  readonly part: BenchPart;
  /** Of the last minute, right before the part began: figures from a busy machine are worth little. */
  readonly loadBefore: number;
} & ({ readonly report: BenchReport } | { readonly failure: string });

/** Time between asking a part to end and ending it. */
const GRACE_MS = 20_000;

/** Runs one part to its end or its time limit; a part that fails is a result, not an exception. */
export async function runPart(part: BenchPart, plan: PartPlan, quick: boolean): Promise<PartResult> {
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  const [script = "", ...args] = quick ? plan.quickCommand : plan.command;
  const file = fileURLToPath(new URL(script, import.meta.url));
  if (!existsSync(file)) return { part, loadBefore, failure: `bench/${script} is not there` };
  const child = spawn(process.execPath, ["--import", "tsx", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...(quick ? { BENCH_QUICK: "1" } : {}) },
    detached: true, // a group of its own, so that it ends with all that it has started
  });
  const end = (signal: NodeJS.Signals): void => endGroup(child.pid, signal);
  const interrupted = (): void => {
    end("SIGTERM");
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, interrupted);
  let said = "";
  let late = false;
  child.stdout.on("data", (text) => (said += String(text)));
  const limit = setTimeout(() => {
    late = true;
    end("SIGTERM");
    setTimeout(() => end("SIGKILL"), GRACE_MS).unref();
  }, plan.limitMinutes * 60_000);
  const code = await new Promise<number | string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (exit, signal) => resolve(exit ?? signal));
  });
  clearTimeout(limit);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupted);
  if (late) return { part, loadBefore, failure: `took longer than ${plan.limitMinutes} minutes and was ended` };
  if (code !== 0) return { part, loadBefore, failure: `ended with ${code}` };
  try {
    const report = readReport(said);
    if (report.part !== part) return { part, loadBefore, failure: `says it is part ${report.part}` };
    return { part, loadBefore, report };
  } catch (error) {
    return { part, loadBefore, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** PostgreSQL has a group of its own and stops by itself once its parent is gone. */
function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // it has ended already
  }
}
