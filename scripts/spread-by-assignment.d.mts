import type { Plugin } from "esbuild";

/** Throws where esbuild writes other helpers for spreads than those known. */
export function assignInstead(code: string): string;
export const spreadByAssignment: Plugin;
