import { ESLint } from "eslint";
import { describe, expect, it } from "vitest";

const eslint = new ESLint();

async function messagesFor(filePath: string, code: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? []).map((message) => `${message.ruleId}: ${message.message}`);
}

describe("the import rules", () => {
  it.each([
    ["lib/domain/planted.ts", 'import { pool } from "@/lib/server/db/pool";\nexport const x = pool;\n'],
    ["lib/domain/planted.ts", 'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n'],
    ["lib/domain/dispatch/planted.ts", 'import { pool } from "../../server/db/pool";\nexport const x = pool;\n'],
    ["components/planted.tsx", 'import { pool } from "@/lib/server/db/pool";\nexport const x = pool;\n'],
    ["app/(desk)/planted.tsx", 'import pg from "pg";\nexport const x = pg;\n'],
    ["lib/server/planted.ts", 'import { Button } from "@/components/ui/button";\nexport const x = Button;\n'],
    ["lib/carriers/planted.ts", 'import { pool } from "@/lib/server/db/pool";\nexport const x = pool;\n'],
    ["sandbox/planted.ts", 'import { pool } from "@/lib/server/db/pool";\nexport const x = pool;\n'],
  ])("refuse a planted violation in %s", { timeout: 60_000 }, async (filePath, code) => {
    expect(await messagesFor(filePath, code)).toEqual([expect.stringContaining("no-restricted-imports")]);
  });

  it("refuse a clock and randomness in lib/domain", { timeout: 60_000 }, async () => {
    const found = await messagesFor(
      "lib/domain/planted.ts",
      "export const a = Date.now();\nexport const b = new Date();\nexport const c = Math.random();\n",
    );
    expect(found).toHaveLength(3);
  });

  it("let a file import what its layer may", { timeout: 60_000 }, async () => {
    const code = 'import { AppError } from "@/lib/domain/app-error";\nexport const x = AppError;\n';
    expect(await messagesFor("lib/server/planted.ts", code)).toEqual([]);
  });
});
