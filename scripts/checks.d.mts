export const NODE_FLOOR: readonly number[];
export const DISK_FLOOR_BYTES: number;
export function nodeProblem(version: string): string | null;
export function diskProblem(freeBytes: number, path: string): string | null;
export function portProblem(name: string, value: string): string | null;
export function databaseProblem(url: string, error: { code?: string; message?: string }): string;
