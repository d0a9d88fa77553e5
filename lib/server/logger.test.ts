import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLogger, maskNumbersIn } from "./logger";

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): string {
  let lines = "";
  write(createLogger({ write: (line) => void (lines += line) }));
  return lines;
}

describe("the log", () => {
  it("never shows a number with its plus sign in full, wherever it stands", () => {
    const number = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.stringMatching(/^\d{7,14}$/))
      .map(([a, b]) => `+${a}${b}`);
    fc.assert(
      fc.property(number, fc.string(), fc.string(), (e164, before, after) => {
        const text = `${before} ${e164} ${after}`;
        const line = linesOf((log) =>
          log.warn({ err: new Error(text), path: `/api/${encodeURIComponent(e164)}`, to: e164 }, text),
        );
        expect(line).not.toContain(e164.slice(1));
      }),
    );
  });

  it("keeps ids, times and short codes as they are", () => {
    const text =
      '{"time":1763858610123,"messageId":"msg_912345678901234567","code":"+12345","at":"2026-11-23T00:00:00+04:00"}';
    expect(maskNumbersIn(text)).toBe(text);
  });

  it("leaves out what the database quotes of a row, and keeps what helps to find the fault", () => {
    const error = Object.assign(new Error("duplicate key value violates unique constraint"), {
      ...{ code: "23505", table: "contact", detail: "Key (name)=(Anahit Petrosyan) already exists.", where: "Anahit" },
    });
    const line = linesOf((log) => log.error({ err: error }, "storing failed"));
    expect(line).not.toContain("Anahit");
    expect(JSON.parse(line)).toMatchObject({ err: { code: "23505", table: "contact" }, msg: "storing failed" });
  });

  it("hides secrets and texts at whatever depth a slip of the pen puts them", () => {
    const line = linesOf((log) =>
      log.error({ accessToken: "EAAB-1", details: { appSecret: "EAAB-2", message: { vars: { code: "EAAB-3" } } } }),
    );
    expect(line).not.toContain("EAAB");
  });
});
