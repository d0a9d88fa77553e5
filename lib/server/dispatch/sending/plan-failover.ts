import { mayFailOver } from "@/lib/domain/routing/may-fail-over";
import { orderConnections } from "@/lib/domain/routing/order-connections";
import { breakerOf, type LiveConnection } from "../../connections/connection-registry";
import type { DispatchDeps } from "../dispatch-deps";
import { attemptOf, type EndedSend, type Verdict } from "./judge-outcome";

type Failover = (ended: EndedSend, verdict: Verdict) => Verdict;

/**
 * Where a connection could not take a message and another of its channel can, the message goes there at once: the attempt is kept, so
 * that people see by whom it went and why not by the first, and another try follows that passes this connection over. Each connection is
 * asked once so; when none is left, the ordinary retries begin, again by the first that may serve.
 *
 * Costs nothing where the account has one connection for the channel.
 */
export function planFailover(deps: DispatchDeps, connection: LiveConnection): Failover {
  const candidates = deps.connections.candidates(connection.accountId, connection.channel);
  if (candidates.length < 2) return (_, verdict) => verdict;
  const nowMs = deps.now();
  const free = candidates.filter(({ id }) => id !== connection.id).filter((one) => breakerOf(one, nowMs) === "closed");
  return (ended, verdict) => {
    const { item, outcome } = ended;
    if (item.pinnedConnectionId != null) return verdict;
    if (!mayFailOver(item.channel, outcome, verdict.attempt !== null)) return verdict;
    const tried = item.block.tried ?? [];
    const others = orderConnections(free, item.e164);
    if (!others.some(({ id }) => !tried.includes(id))) {
      const retry = verdict.retry === null ? null : { ...verdict.retry, tried: [connection.id] };
      return { ...verdict, retry };
    }
    const code = "code" in outcome ? outcome.code : null;
    return {
      ...verdict,
      attempt: attemptOf(ended, outcome.kind === "refused" ? "refused" : "not_sent", code),
      timer: null,
      retry: { delayMs: 0, heldBy: null, tried: [...tried, connection.id] },
    };
  };
}
