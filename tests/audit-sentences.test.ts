import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("generated"))
    .map((file) => readFileSync(join(root, folder, file), "utf8"));
}

/** Every action given to recordAudit: each stands as a literal near the call ("campaign.paused"). */
function recordedActions(): string[] {
  const calls = sourcesUnder("lib/server").flatMap((source) => [
    ...source.matchAll(/recordAudit\(\s*\w+,\s*\w+,\s*\{\s*action:([^,}]+)/g),
  ]);
  return calls.flatMap((call) => [...(call[1] ?? "").matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map((match) => match[1] ?? ""));
}

describe("the audit log", () => {
  it("has a sentence for everything that is recorded", () => {
    const actions = recordedActions();
    expect(actions).toContain("fallback.turned_on");
    const catalogue = JSON.parse(readFileSync(join(root, "messages/en/audit.json"), "utf8")) as {
      action: Record<string, Record<string, string>>;
    };
    const missing = actions.filter((action) => {
      const [subject = "", happened = ""] = action.split(".");
      return catalogue.action[subject]?.[happened] === undefined;
    });
    expect(missing).toEqual([]);
  });
});
