import type { CampaignStatus } from "../vocabulary";

/**
 * Where a campaign may go from each status.
 *
 * - `draft`      moved by launchCampaign. A crash leaves a draft.
 * - `running`    moved by people (pause, cancel), by the sender when the carrier says that sender or template is at fault (pause),
 *                and by completeCampaigns once nothing is planned, queued or waiting. A crash leaves it running: the planner goes
 *                on from `plan_cursor`, blocks are leased again.
 * - `paused`     moved by people (resume, cancel). Nothing moves it by itself. Messages that a carrier already has still arrive.
 * - `completed`  final. Receipts still come in and count.
 * - `cancelled`  final. What was not sent never is; what was sent still counts.
 */
const NEXT = {
  draft: ["running"],
  running: ["paused", "completed", "cancelled"],
  paused: ["running", "cancelled"],
  completed: [],
  cancelled: [],
} as const satisfies Record<CampaignStatus, readonly CampaignStatus[]>;

export function canMove(from: CampaignStatus, to: CampaignStatus): boolean {
  return (NEXT[from] as readonly CampaignStatus[]).includes(to);
}

/** For the `where` of a guarded write. */
export function statusesBefore(to: CampaignStatus): CampaignStatus[] {
  return (Object.keys(NEXT) as CampaignStatus[]).filter((from) => canMove(from, to));
}

/**
 * The statuses from which `action` starts. Launching and resuming lead to the same status and must not be mistaken for each
 * other: a draft cannot be resumed.
 */
export const STATUSES_FOR_ACTION = {
  launch: ["draft"],
  resume: ["paused"],
  pause: statusesBefore("paused"),
  cancel: statusesBefore("cancelled"),
  complete: statusesBefore("completed"),
} as const satisfies Record<string, readonly CampaignStatus[]>;
