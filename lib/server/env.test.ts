import { describe, expect, it } from "vitest";
import { EnvError, readEnv } from "./env";

const good = {
  DATABASE_URL: "postgresql://desk@localhost/desk",
  NEXTAUTH_SECRET: "x".repeat(32),
  NEXTAUTH_URL: "https://desk.example.com",
  KAMURJ_SECRET_KEY: "ab".repeat(32),
};

describe("readEnv", () => {
  it("accepts a full set and fills in the defaults", () => {
    expect(readEnv(good)).toMatchObject({ KAMURJ_DEMO: "0", KAMURJ_WIRE_TIMEOUT_MS: 10_000 });
  });

  it("lists every problem at once", () => {
    const read = () => readEnv({ DATABASE_URL: "mysql://x", NEXTAUTH_SECRET: "short", KAMURJ_SECRET_KEY: "abc" });
    expect(read).toThrow(EnvError);
    for (const name of ["DATABASE_URL", "NEXTAUTH_SECRET", "NEXTAUTH_URL", "KAMURJ_SECRET_KEY"]) {
      expect(read).toThrow(new RegExp(name));
    }
  });

  it("treats an empty setting as a missing one", () => {
    expect(() => readEnv({ ...good, NEXTAUTH_URL: "" })).toThrow(/NEXTAUTH_URL/);
  });

  it.each([
    [undefined, 9_464],
    ["", null],
    ["off", null],
    ["0", 0],
    ["9999", 9_999],
  ])("reads the metrics port %j as %j: empty means that nothing listens", (given, port) => {
    expect(readEnv({ ...good, KAMURJ_METRICS_PORT: given }).KAMURJ_METRICS_PORT).toBe(port);
  });
});
