import type { Core } from "../core";
import type { Smsc } from "../smpp/serve-smsc";
import { isDown } from "./apply-faults";
import { isAbout, type LiveFault } from "./fault-store";

/**
 * Cuts SMPP sessions as the faults in force say: again and again for `session_drops`, at its beginning for an outage. Call it
 * after each change of the faults. @returns what stops its timers
 */
export function createSessionDropper(core: Core, smsc: Smsc): { follow(): void; stop(): void } {
  const timers = new Map<string, NodeJS.Timeout>();
  const stopTimer = (id: string): void => {
    clearInterval(timers.get(id));
    timers.delete(id);
  };
  const start = (live: LiveFault): void => {
    const { fault } = live;
    if (fault.kind !== "session_drops" || timers.has(fault.id)) return;
    const drop = (): void => {
      live.hits += smsc.dropSessions((systemId) => isAbout(fault, "sms", systemId));
    };
    timers.set(fault.id, setInterval(drop, fault.params.everyS * 1_000).unref());
  };
  return {
    follow() {
      const active = core.faults.active();
      for (const id of [...timers.keys()]) if (!active.some((live) => live.fault.id === id)) stopTimer(id);
      active.forEach(start);
      if (active.length > 0) smsc.dropSessions((systemId) => isDown(active, "sms", systemId));
    },
    stop: () => [...timers.keys()].forEach(stopTimer),
  };
}
