"use client";

import { useNow } from "next-intl";
import { useSyncExternalStore } from "react";

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let currentMs = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    currentMs = Date.now();
    for (const notify of listeners) notify();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function snapshot(): number {
  const nowMs = Date.now();
  // One value between two ticks, or React would render without end.
  if (nowMs - currentMs >= TICK_MS) currentMs = nowMs;
  return currentMs;
}

/**
 * The present, one clock for all relative times of a page. Begins with the server's "now", so that the
 * first render in the browser says the same as the page that was sent.
 */
export function useTickingNow(): Date {
  const serverNow = useNow();
  return new Date(useSyncExternalStore(subscribe, snapshot, () => serverNow.getTime()));
}
