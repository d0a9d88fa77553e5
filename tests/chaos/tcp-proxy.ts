import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/**
 * What the proxy does to what passes.
 *
 * - `normal`   nothing
 * - `latency`  each piece of data waits that long, in both directions
 * - `stall`    connections are accepted and stay open, but nothing passes; all of it goes on afterwards
 */
export type ProxyMode =
  { readonly kind: "normal" } | { readonly kind: "latency"; readonly ms: number } | { readonly kind: "stall" };

export type TcpProxy = {
  readonly port: number;
  connections(): number;
  /** For the connections there are and for those to come. */
  setMode(mode: ProxyMode): void;
  /** Resets (RST, both ways) that share of the connections there are. @param draw of [0, 1), asked once a connection */
  reset(share: number, draw: () => number): number;
  /**
   * The far side of each connection there is goes, and the near side is not told: what it writes is swallowed, and nothing comes, until it gives up.
   * As when a router between forgets its connections. New connections are whole.
   */
  halfOpen(): number;
  /** Half-open connections on which the near side still hopes. */
  halfOpenLeft(): number;
  close(): Promise<void>;
};

type Pair = { readonly near: Socket; readonly far: Socket; halfOpen: boolean };

/**
 * Faults of a network between two processes, for tests: loopback only, on node:net. (toxiproxy is a binary, and no kept npm package
 * does without one.)
 */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const gate = createGate();
  // A half-closed side may still be written to: that is for the other end to say.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const pair: Pair = { near, far, halfOpen: false };
    pairs.add(pair);
    near.once("close", () => {
      pairs.delete(pair);
      if (!far.destroyed) cut(far);
    });
    far.once("close", () => {
      if (!pair.halfOpen && !near.destroyed) cut(near);
    });
    void pass(near, far, pair, gate);
    void pass(far, near, pair, gate);
  });
  const port = await listen(server);
  return {
    port,
    connections: () => pairs.size,
    setMode: gate.setMode,
    reset(share, draw) {
      const chosen = [...pairs].filter(() => draw() < share);
      for (const { near, far } of chosen) {
        far.resetAndDestroy();
        near.resetAndDestroy();
      }
      return chosen.length;
    },
    halfOpen() {
      const whole = [...pairs].filter((pair) => !pair.halfOpen);
      for (const pair of whole) {
        pair.halfOpen = true;
        pair.far.destroy();
      }
      return whole.length;
    },
    halfOpenLeft: () => [...pairs].filter((pair) => pair.halfOpen).length,
    close() {
      gate.setMode({ kind: "normal" });
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      return closed;
    },
  };
}

/** Reads on only when what was read has gone on, so that a slow reader slows the writer down as it would without us. */
async function pass(from: Socket, to: Socket, pair: Pair, gate: Gate): Promise<void> {
  // Errors show as the loop's end, and "close" follows; without a listener they would end the process.
  from.on("error", () => undefined);
  try {
    // Not destroyed at its end: the other direction may have more to say.
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      await gate.passed();
      if (pair.halfOpen) continue;
      if (to.destroyed) return;
      if (!to.write(chunk as Buffer)) await drained(to);
    }
    await gate.passed();
    if (pair.halfOpen) pair.near.end();
    else to.end();
  } catch {
    // Reset by its end: told to the other one by the listeners of "close".
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}

/** A connection that ended in the right way is closed as such; one that broke is reset. */
function cut(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

type Gate = { setMode(mode: ProxyMode): void; passed(): Promise<void> };

function createGate(): Gate {
  let mode: ProxyMode = { kind: "normal" };
  let waiting: (() => void)[] = [];
  return {
    setMode(next) {
      mode = next;
      if (mode.kind === "stall") return;
      for (const go of waiting.splice(0)) go();
      waiting = [];
    },
    async passed() {
      while (mode.kind === "stall") await new Promise<void>((resolve) => waiting.push(resolve));
      const { kind } = mode;
      if (kind === "latency")
        await new Promise((resolve) => setTimeout(resolve, mode.kind === "latency" ? mode.ms : 0));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
