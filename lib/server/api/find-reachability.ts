import type { ReachabilityView } from "@/lib/schemas/audiences";
import type { ReachabilityResource } from "@/lib/schemas/api/reachability-resource";
import { listReachability } from "../contacts/list-reachability";
import { authorise, type TenantContext } from "../tenant-context";
import { ApiProblem } from "./api-problem";
import { resolveRecipient } from "./resolve-message";

type ChannelReach = ReachabilityResource["channels"][number];

/**
 * What the account's own messages have taught of a number, whether or not it is a contact: a number that nothing was ever sent to is
 * `unknown` everywhere, so nothing can be learnt here of another account.
 *
 * @param to as the caller wrote it; null: not at all
 * @throws ApiProblem invalid-request, recipient-not-mobile
 */
export async function findReachability(ctx: TenantContext, to: string | null): Promise<ReachabilityResource> {
  authorise(ctx, "messages:read");
  if (to === null || to.trim() === "") {
    throw new ApiProblem("invalid-request", "The query names no number.", {
      errors: [{ pointer: "/to", detail: "This field is needed." }],
    });
  }
  const account = await ctx.db.account.findUniqueOrThrow({
    where: { id: ctx.accountId },
    select: { defaultCountry: true, skipsUnreachable: true },
  });
  const recipient = resolveRecipient(to, account.defaultCountry);
  const known = await listReachability(ctx, recipient);
  return {
    object: "reachability",
    to: recipient.e164,
    channels: known.map((one) => toChannelReach(one, account.skipsUnreachable)),
  };
}

function toChannelReach(view: ReachabilityView, skips: boolean): ChannelReach {
  const { channel, deliveredAt, isSkipped, unknownThere } = view;
  const unreachable =
    isSkipped && unknownThere !== null
      ? { error_code: unknownThere.code, since: unknownThere.at, until: unknownThere.until }
      : null;
  return {
    channel,
    state: unreachable !== null ? "unreachable" : deliveredAt === null ? "unknown" : "reached",
    last_delivered_at: deliveredAt,
    unreachable,
    skipped: unreachable !== null && skips,
  };
}
