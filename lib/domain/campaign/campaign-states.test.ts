import { describe, expect, it } from "vitest";
import { CAMPAIGN_STATUSES } from "../vocabulary";
import { canMove, STATUSES_FOR_ACTION, statusesBefore } from "./campaign-states";

describe("campaign states", () => {
  it("never leaves a final status", () => {
    for (const to of CAMPAIGN_STATUSES) {
      expect(canMove("completed", to)).toBe(false);
      expect(canMove("cancelled", to)).toBe(false);
    }
  });
  it("cancels only what has been launched", () => {
    expect(statusesBefore("cancelled")).toEqual(["running", "paused"]);
  });
  it("resumes no draft and launches no paused campaign", () => {
    expect(STATUSES_FOR_ACTION.resume).toEqual(["paused"]);
    expect(STATUSES_FOR_ACTION.launch).toEqual(["draft"]);
  });
});
