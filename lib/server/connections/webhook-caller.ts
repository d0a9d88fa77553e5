import { BlockList, isIP } from "node:net";
import type { ConnectionDetails } from "@/lib/schemas/connection";

/**
 * An address as proxies write it: bare, with a port behind it, in brackets, or IPv4 within IPv6. Null for anything else ("unknown",
 * an obfuscated name, what a caller made up).
 */
export function readAddress(text: string | null | undefined): string | null {
  if (typeof text !== "string" || text.length > 64) return null;
  const bare = text.trim().replace(/^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/, "$1");
  const address = bare.replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, "$1").replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(address) === 0 || address.includes("%") ? null : address;
}

const lists = new WeakMap<readonly string[], BlockList>();

/** @param ranges addresses and CIDR ranges, as the schema has let them through */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const known = lists.get(ranges);
  const list = known ?? listOf(ranges);
  if (known === undefined) lists.set(ranges, list);
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", prefix] = range.split("/");
    const family = isIP(net) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(prefix), family);
  }
  return list;
}

/**
 * Whether a call may come from there. Only connections with a list ask; there an address that nobody can vouch for is none of the
 * list's, so without a trusted proxy everything is refused.
 *
 * @param address as the nearest trusted proxy saw it, or the socket's; null: not known
 */
export function isAllowedCaller(details: ConnectionDetails, address: string | null): boolean {
  if (details.kind !== "viber_business" || details.config.allowedIps.length === 0) return true;
  const clean = readAddress(address);
  return clean !== null && isInRanges(clean, details.config.allowedIps);
}
