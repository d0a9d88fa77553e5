const year2001Ms = 978_307_200_000;
const year2100Ms = 4_102_444_800_000;

/**
 * A carrier's Unix time, sent as number or text, in seconds or in milliseconds: below 1e11 it is taken as
 * seconds (that is the year 5138). Null for anything outside 2001 to 2100.
 */
export function parseUnixTime(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return null;
  const ms = Math.trunc(number < 1e11 ? number * 1_000 : number);
  return ms >= year2001Ms && ms < year2100Ms ? ms : null;
}
