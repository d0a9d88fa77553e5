import { describe, expect, it } from "vitest";
import { help, readFlags } from "./read-flags";
import { readSandboxSettings } from "./settings";

describe("the flags of npm run sandbox", () => {
  it("are settings, with a space or an equals sign", () => {
    const flags = readFlags(["--http-port", "0", "--speed=100", "--seed", "a=b"]);
    expect(flags).toEqual({ SANDBOX_HTTP_PORT: "0", SANDBOX_SPEED: "100", SANDBOX_SEED: "a=b" });
  });

  it("cover every setting, and the help names each", () => {
    const flags = [...help.matchAll(/(--[\w-]+) <value>/g)].map((match) => match[1] ?? "");
    const settings = readSandboxSettings({});
    expect(flags).toHaveLength(Object.keys(settings).length);
    for (const flag of flags) expect(readFlags([flag, "1"])).not.toEqual({});
  });

  it.each([[["--sped", "1"]], [["--speed"]], [["--speed="]], [["100"]]])("are refused when wrong: %j", (words) => {
    expect(() => readFlags(words)).toThrow(/flag|value/);
  });

  it("ask for help anywhere", () => {
    expect(readFlags(["--speed", "2", "-h"])).toBe("help");
  });
});
