/** Sockets and timers that keep the process busy, by kind. */
export function countSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
}
