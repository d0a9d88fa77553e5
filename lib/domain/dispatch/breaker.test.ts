import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATEGORIES } from "../vocabulary";
import { breakerKind, breakerState, goesOnWithout, reachOf, restMs } from "./breaker";

const kind = fc.constantFrom("sender_fault" as const, "out_of_reach" as const);

describe("a breaker", () => {
  it("is half open from the moment its rest is over until someone has looked", () => {
    expect(breakerState(null, 5)).toBe("closed");
    expect(breakerState(6, 5)).toBe("open");
    expect(breakerState(5, 5)).toBe("half_open");
  });

  it("tells from the code who is to blame", () => {
    for (const code of ["190", "131031", "0x0000000D", "43"]) expect(breakerKind(code)).toBe("sender_fault");
    for (const code of ["connection_refused", "dns", "session_down", "timeout"])
      expect(breakerKind(code)).toBe("out_of_reach");
  });

  it("rests longer each time, up to a bound, and an unreachable one never twice alike by design", () => {
    fc.assert(
      fc.property(
        kind,
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (of, opens, chance) => {
          const ms = restMs(of, opens, chance);
          expect(ms).toBeGreaterThanOrEqual(of === "sender_fault" ? 300_000 : 500);
          expect(ms).toBeLessThanOrEqual(of === "sender_fault" ? 1_800_000 : 60_000);
          expect(restMs(of, opens + 1, chance)).toBeGreaterThanOrEqual(ms);
        },
      ),
    );
    expect(restMs("out_of_reach", 3, 0)).toBe(2_000);
    expect(restMs("out_of_reach", 3, 1)).toBe(4_000);
  });
});

describe("reachOf", () => {
  it.each([
    [{ kind: "accepted" }, "reached"],
    [{ kind: "refused", code: "190" }, "reached"],
    [{ kind: "not_sent", code: "130429" }, "reached"],
    [{ kind: "not_sent", code: "0x00000058" }, "reached"],
    [{ kind: "not_sent", code: "connection_refused" }, "missed"],
    [{ kind: "not_sent", code: "session_down" }, "missed"],
    [{ kind: "unknown", code: "timeout" }, "missed"],
    [{ kind: "unknown", code: "http_502" }, "silent"],
    [{ kind: "not_sent", code: "aborted" }, "silent"],
    [{ kind: "not_sent", code: "window_full" }, "silent"],
  ])("%o: %s", (outcome, expected) => expect(reachOf(outcome)).toBe(expected));
});

describe("goesOnWithout", () => {
  const message = { hasNextStep: true, waitMs: 20_000 };
  it("never takes marketing to the next channel because of a rest", () => {
    fc.assert(
      fc.property(kind, fc.boolean(), fc.nat(), fc.nat(), (of, hasNextStep, waitMs, restedMs) => {
        expect(goesOnWithout(of, { category: "marketing", hasNextStep, waitMs }, restedMs)).toBe(false);
      }),
    );
  });
  it("takes codes and order updates on at once when the sender is to blame, after their wait when nobody answers", () => {
    for (const category of CATEGORIES.filter((one) => one !== "marketing")) {
      expect(goesOnWithout("sender_fault", { ...message, category }, 0)).toBe(true);
      expect(goesOnWithout("out_of_reach", { ...message, category }, 20_000)).toBe(false);
      expect(goesOnWithout("out_of_reach", { ...message, category }, 20_001)).toBe(true);
    }
  });
  it("ends a code without a next channel after five minutes", () => {
    const last = { category: "authentication" as const, hasNextStep: false, waitMs: 20_000 };
    expect(goesOnWithout("out_of_reach", last, 300_000)).toBe(false);
    expect(goesOnWithout("sender_fault", last, 300_001)).toBe(true);
  });
});
