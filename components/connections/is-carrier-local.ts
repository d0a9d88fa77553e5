import { isLoopbackHost } from "@/lib/domain/connection/loopback";

/** The sandbox beside the desk, which reaches addresses of this machine. */
export function isCarrierLocal(address: string | undefined): boolean {
  if (address === undefined || !URL.canParse(address)) return false;
  return isLoopbackHost(new URL(address).hostname);
}
