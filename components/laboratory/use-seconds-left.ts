"use client";

import { useEffect, useState } from "react";

/** Whole seconds until `untilMs` by the clock that said `nowMs` last; null where there is no end. */
export function useSecondsLeft(nowMs: number, untilMs: number | null): number | null {
  const [elapsed, setElapsed] = useState({ sinceMs: nowMs, seconds: 0 });
  useEffect(() => {
    if (untilMs === null) return;
    const timer = setInterval(
      () =>
        setElapsed((last) =>
          last.sinceMs === nowMs ? { ...last, seconds: last.seconds + 1 } : { sinceMs: nowMs, seconds: 1 },
        ),
      1_000,
    );
    return () => clearInterval(timer);
  }, [nowMs, untilMs]);
  if (untilMs === null) return null;
  const seconds = elapsed.sinceMs === nowMs ? elapsed.seconds : 0;
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1_000) - seconds);
}
