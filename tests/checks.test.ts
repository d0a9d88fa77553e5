import { describe, expect, it } from "vitest";
import { databaseProblem, diskProblem, nodeProblem, portProblem } from "../scripts/checks.mjs";

describe("nodeProblem", () => {
  it.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("takes Node %s", (version) => {
    expect(nodeProblem(version)).toBeNull();
  });

  it.each(["18.20.4", "20.18.3", "20.9.0"])("names the floor to Node %s", (version) => {
    expect(nodeProblem(version)).toContain("20.19.0");
  });
});

describe("diskProblem", () => {
  it("names what is free when the disk is full, and is silent when it is not", () => {
    expect(diskProblem(10 * 1024 * 1024, "/data")).toContain("10 MB are free");
    expect(diskProblem(50 * 1024 ** 3, "/data")).toBeNull();
  });
});

describe("portProblem", () => {
  it("takes ports and names what is none", () => {
    expect(portProblem("PORT", "3000")).toBeNull();
    for (const value of ["0", "65536", "abc", "3000.5", "-1"]) expect(portProblem("PORT", value)).toContain(value);
  });
});

describe("databaseProblem", () => {
  it.each([
    ["ECONNREFUSED", "nothing listens there"],
    ["28P01", "refused the user name or password"],
    ["3D000", "no database of that name"],
    ["ENOTFOUND", "host name is not known"],
  ])("says in words what %s means, and never the password", (code, words) => {
    const text = databaseProblem("postgresql://desk:topsecret@db.example.com/desk", { code });
    expect(text).toContain(words);
    expect(text).toContain("db.example.com:5432/desk");
    expect(text).not.toContain("topsecret");
  });

  it("names an address that is none", () => {
    expect(databaseProblem("not an address", {})).toContain("DATABASE_URL is not an address");
  });
});
