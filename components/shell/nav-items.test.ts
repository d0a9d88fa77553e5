import { describe, expect, it } from "vitest";
import { ROLES } from "@/lib/domain/vocabulary";
import { isCurrent, navSectionsFor } from "./nav-items";

const keysOf = (role: (typeof ROLES)[number]) =>
  navSectionsFor(role).flatMap((section) => section.items.map((item) => item.key));

describe("navigation", () => {
  it("shows an admin every page", () => {
    expect(keysOf("admin")).toEqual([
      "overview",
      "campaigns",
      "messages",
      "audiences",
      "templates",
      "reports",
      "connections",
      "developers",
      "laboratory",
      "people",
      "settings",
      "help",
    ]);
  });

  it("leaves out what support may not open", () => {
    expect(keysOf("support")).not.toEqual(expect.arrayContaining(["people"]));
    expect(keysOf("support")).toContain("messages");
  });

  it.each(ROLES)("gives %s the help pages", (role) => {
    expect(keysOf(role)).toContain("help");
  });

  it("marks a page for its own address and those below it, the overview for its own only", () => {
    const items = navSectionsFor("admin").flatMap((section) => section.items);
    const currentAt = (pathname: string) => items.filter((item) => isCurrent(item, pathname)).map((item) => item.key);
    expect(currentAt("/")).toEqual(["overview"]);
    expect(currentAt("/campaigns/new")).toEqual(["campaigns"]);
    expect(currentAt("/campaignsx")).toEqual([]);
  });
});
