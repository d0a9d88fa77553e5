import { describe, expect, it } from "vitest";
import { can, PERMISSIONS } from "./permissions";
import { ROLES } from "./vocabulary";

describe("permissions", () => {
  it("gives an admin everything", () => {
    expect(PERMISSIONS.filter((permission) => !can("admin", permission))).toEqual([]);
  });

  it("lets only admins flip the switch, make API keys and manage people", () => {
    for (const permission of ["fallback:write", "api-keys:write", "people:write", "connections:write"] as const) {
      expect(ROLES.filter((role) => can(role, permission))).toEqual(["admin"]);
    }
  });

  it("lets those lift an opt-out who do not gain by it, and the admin", () => {
    expect(ROLES.filter((role) => can(role, "opt-outs:lift")).sort()).toEqual(["admin", "support"]);
  });

  it("lets support write nothing", () => {
    expect(PERMISSIONS.filter((permission) => permission.endsWith(":write") && can("support", permission))).toEqual([]);
  });
});
