import type pg from "pg";
import type { Logger } from "pino";
import type { CarrierReceipt, Connector, InboundMessage } from "@/lib/carriers/connector";
import type { Channel } from "@/lib/domain/vocabulary";
import type { BuildConnector } from "./build-connector";
import { loadActiveConnections, type StoredConnection } from "./load-connections";
import { createRateLimiter, type RateLimiter } from "./rate-limiter";

export type LiveConnection = StoredConnection & {
  readonly connector: Connector;
  readonly limiter: RateLimiter;
  readonly isUp: (() => boolean) | null;
};

/** The carrier links of all accounts, ready to send. */
export type ConnectionRegistry = {
  /** The oldest active one. Null: the account cannot send on this channel at the moment. */
  forChannel(accountId: string, channel: Channel): LiveConnection | null;
  all(): readonly LiveConnection[];
  /** Reads the connections again; a failing database leaves what is there. */
  refresh(): Promise<void>;
  /** Known here at once; {@link openBreaker} stores it for everyone else. */
  noteBreaker(connectionId: string, untilMs: number): void;
  close(graceMs: number): Promise<void>;
};

export type RegistryOptions = {
  readonly sql: pg.Pool;
  readonly logger: Logger;
  readonly wireTimeoutMs: number;
  readonly build: BuildConnector;
  readonly onReceipt: (from: StoredConnection, receipt: CarrierReceipt) => Promise<void>;
  readonly onInbound: (from: StoredConnection, message: InboundMessage) => Promise<void>;
};

const RETIRED_GRACE_MS = 15_000;

export function createConnectionRegistry(options: RegistryOptions): ConnectionRegistry {
  const live = new Map<string, LiveConnection>();
  const retire = (connection: LiveConnection): void => {
    live.delete(connection.id);
    void connection.connector
      .close(RETIRED_GRACE_MS)
      .catch((err: unknown) => options.logger.warn({ err }, "closing a connection"));
  };
  const adopt = (stored: StoredConnection): void => {
    const known = live.get(stored.id);
    if (known !== undefined && known.fingerprint === stored.fingerprint) {
      known.limiter.setRate(stored.ratePerSecond);
      live.set(stored.id, { ...known, ...stored });
      return;
    }
    if (known !== undefined) retire(known);
    const built = options.build(stored.details, stored.ratePerSecond, {
      wireTimeoutMs: options.wireTimeoutMs,
      onReceipt: (receipt) => options.onReceipt(stored, receipt),
      onInbound: (message) => options.onInbound(stored, message),
    });
    const limiter = createRateLimiter(stored.ratePerSecond, () => performance.now());
    live.set(stored.id, { ...stored, ...built, limiter });
  };
  return {
    forChannel(accountId, channel) {
      for (const connection of live.values()) {
        if (connection.accountId === accountId && connection.channel === channel) return connection;
      }
      return null;
    },
    all: () => [...live.values()],
    async refresh() {
      const stored = await loadActiveConnections(options.sql, (connectionId, err) =>
        options.logger.error({ err, connectionId }, "a connection cannot be read; it is left out"),
      );
      const ids = new Set(stored.map((connection) => connection.id));
      for (const connection of [...live.values()]) if (!ids.has(connection.id)) retire(connection);
      for (const connection of stored) adopt(connection);
    },
    noteBreaker(connectionId, untilMs) {
      const connection = live.get(connectionId);
      if (connection !== undefined) live.set(connectionId, { ...connection, breakerUntilMs: untilMs });
    },
    async close(graceMs) {
      const closing = [...live.values()].map((connection) => connection.connector.close(graceMs));
      live.clear();
      await Promise.allSettled(closing);
    },
  };
}
