import type pg from "pg";
import type { Logger } from "pino";
import type { CarrierReceipt, Connector, InboundMessage } from "@/lib/carriers/connector";
import { breakerState, type BreakerState } from "@/lib/domain/dispatch/breaker";
import { intakePressure } from "@/lib/domain/dispatch/intake-pressure";
import { compareByAge } from "@/lib/domain/routing/order-connections";
import type { Channel } from "@/lib/domain/vocabulary";
import { readIntakes } from "./connection-health";
import type { BuildConnector } from "./build-connector";
import { keepPairRate } from "./keep-pair-rate";
import { loadActiveConnections, type StoredConnection } from "./load-connections";
import { takeTrial, type Rest } from "./open-breaker";
import { paceConnector } from "./pace-connector";
import { createRateLimiter, type RateLimiter } from "./rate-limiter";
import { sharedRate } from "./shared-rate";
import { findViberReceiver } from "./viber-subscribers";
import { webhookAddress } from "./webhook-address";

export type LiveConnection = StoredConnection & {
  readonly connector: Connector;
  readonly limiter: RateLimiter;
  readonly isUp: (() => boolean) | null;
  /** What this worker has found out about the carrier's being there; kept over refreshes. */
  readonly reach: { missedInARow: number; trialUntilMs: number };
};

/** The carrier links of all accounts, ready to send. */
export type ConnectionRegistry = {
  /** The active ones of a channel, by priority and age; most accounts have one. None: it cannot be sent on at the moment. */
  candidates(accountId: string, channel: Channel): readonly LiveConnection[];
  /** The first of {@link candidates}, whichever numbers it serves. */
  forChannel(accountId: string, channel: Channel): LiveConnection | null;
  /** As it stands now; null: it is gone. */
  find(connectionId: string): LiveConnection | null;
  all(): readonly LiveConnection[];
  /** Reads the connections again; a failing database leaves what is there. */
  refresh(): Promise<void>;
  /** Known here at once; {@link openBreaker} and {@link closeBreaker} store it for everyone else. */
  noteRest(connectionId: string, rest: Rest | null): void;
  /** May sends go out by it? A rest that is over is tried with one message first, by one worker. */
  mayUse(connection: LiveConnection, nowMs: number): Promise<boolean>;
  close(graceMs: number): Promise<void>;
};

export type RegistryOptions = {
  readonly sql: pg.Pool;
  /** Connections of their own for the shared rates, so that no slot is over before its lease has had its turn. Default: `sql`. */
  readonly rates?: pg.Pool;
  readonly logger: Logger;
  readonly wireTimeoutMs: number;
  /** The address people open: carriers that are told with each message where receipts go are told one below it. */
  readonly webUrl?: string;
  readonly build: BuildConnector;
  readonly onReceipt: (from: StoredConnection, receipt: CarrierReceipt) => Promise<void>;
  readonly onInbound: (from: StoredConnection, message: InboundMessage) => Promise<void>;
};

const RETIRED_GRACE_MS = 15_000;
/** Longer than any lease's right to begin a send. */
const LONGEST_WAIT_MS = 8_000;
/** A trial that told nothing may be repeated so long after the longest answer. */
const TRIAL_MARGIN_MS = 5_000;

export function breakerOf(connection: LiveConnection, nowMs: number): BreakerState {
  return breakerState(connection.rest?.untilMs ?? null, nowMs);
}

export function createConnectionRegistry(options: RegistryOptions): ConnectionRegistry {
  const { sql, logger } = options;
  const live = new Map<string, LiveConnection>();
  const candidates = indexByChannel(live);
  const retire = (connection: LiveConnection): void => {
    live.delete(connection.id);
    candidates.forget();
    connection.limiter.close();
    void connection.connector
      .close(RETIRED_GRACE_MS)
      .catch((err: unknown) => logger.warn({ err }, "closing a connection"));
  };
  const adopt = (stored: StoredConnection): void => {
    const known = live.get(stored.id);
    if (known !== undefined && known.fingerprint === stored.fingerprint) {
      known.limiter.setRate(stored.ratePerSecond);
      live.set(stored.id, { ...known, ...stored });
      candidates.forget();
      if (stored.rest === null) known.limiter.setGate("free");
      else if (known.rest === null) known.limiter.setGate("shut");
      return;
    }
    if (known !== undefined) retire(known);
    live.set(stored.id, makeConnection(options, stored));
    candidates.forget();
  };
  const mayUse = async (connection: LiveConnection, nowMs: number): Promise<boolean> => {
    const state = breakerOf(connection, nowMs);
    if (state !== "half_open") return state === "closed";
    if (connection.reach.trialUntilMs > nowMs) return false;
    const trialMs = options.wireTimeoutMs + TRIAL_MARGIN_MS;
    if (!(await takeTrial(sql, connection, nowMs, trialMs))) return false;
    connection.reach.trialUntilMs = nowMs + trialMs;
    connection.limiter.setGate("shut");
    connection.limiter.setGate("trial");
    return true;
  };
  const noteRest = (connectionId: string, rest: Rest | null): void => {
    const connection = live.get(connectionId);
    if (connection === undefined) return;
    live.set(connectionId, { ...connection, rest });
    candidates.forget();
    connection.reach.trialUntilMs = 0;
    connection.reach.missedInARow = 0;
    connection.limiter.setGate(rest === null ? "free" : "shut");
  };
  return {
    candidates: candidates.of,
    forChannel: (accountId, channel) => candidates.of(accountId, channel)[0] ?? null,
    find: (connectionId) => live.get(connectionId) ?? null,
    all: () => [...live.values()],
    async refresh() {
      const stored = await loadActiveConnections(sql, (connectionId, err) =>
        logger.error({ err, connectionId }, "a connection cannot be read; it is left out"),
      );
      const ids = new Set(stored.map((connection) => connection.id));
      for (const connection of [...live.values()]) if (!ids.has(connection.id)) retire(connection);
      for (const connection of stored) adopt(connection);
      await followIntake(sql, live.values());
      // A trial that told nothing: another, since runs that hold their blocks wait for it.
      for (const connection of live.values()) {
        const { trialUntilMs } = connection.reach;
        if (trialUntilMs > 0 && trialUntilMs <= Date.now()) await mayUse(connection, Date.now());
      }
    },
    noteRest,
    mayUse,
    async close(graceMs) {
      const closing = [...live.values()].map((connection) => {
        connection.limiter.close();
        return connection.connector.close(graceMs);
      });
      live.clear();
      candidates.forget();
      await Promise.allSettled(closing);
    },
  };
}

const NONE: readonly LiveConnection[] = [];

/** Asked for every run, made anew only after something has changed. */
function indexByChannel(live: ReadonlyMap<string, LiveConnection>) {
  let index: Map<string, LiveConnection[]> | null = null;
  return {
    forget(): void {
      index = null;
    },
    of(accountId: string, channel: Channel): readonly LiveConnection[] {
      index ??= groupByChannel([...live.values()].sort(compareByAge));
      return index.get(`${accountId}:${channel}`) ?? NONE;
    },
  };
}

function groupByChannel(connections: readonly LiveConnection[]): Map<string, LiveConnection[]> {
  const groups = new Map<string, LiveConnection[]>();
  for (const connection of connections) {
    const key = `${connection.accountId}:${connection.channel}`;
    groups.set(key, [...(groups.get(key) ?? []), connection]);
  }
  return groups;
}

function makeConnection(options: RegistryOptions, stored: StoredConnection): LiveConnection {
  const { sql, logger, wireTimeoutMs, webUrl, build, onReceipt, onInbound } = options;
  const {
    connector,
    isUp,
    places = Number.POSITIVE_INFINITY,
  } = build(stored.details, stored.ratePerSecond, {
    wireTimeoutMs,
    callbackUrl: webUrl === undefined ? null : webhookAddress(stored.details.kind, stored.webhookToken, webUrl),
    findViberReceiver: (e164) => findViberReceiver(sql, stored, e164),
    onReceipt: (receipt) => onReceipt(stored, receipt),
    onInbound: (message) => onInbound(stored, message),
  });
  const now = (): number => performance.now();
  const limiter = createRateLimiter({
    ratePerSecond: stored.ratePerSecond,
    window: places,
    longestWaitMs: LONGEST_WAIT_MS,
    source: sharedRate(options.rates ?? sql, stored),
    onError: (err) => logger.warn({ err, connectionId: stored.id }, "the shared rate cannot be reached; sends wait"),
    now,
  });
  if (stored.rest !== null) limiter.setGate("shut");
  const reach = { missedInARow: 0, trialUntilMs: 0 };
  return { ...stored, connector: paceConnector(keepPairRate(connector, now), limiter), limiter, isUp, reach };
}

/** Sending slows while receipts queue, so that they keep up and nobody is sent an SMS for want of a receipt that lies here. */
async function followIntake(sql: pg.Pool, connections: Iterable<LiveConnection>): Promise<void> {
  const intakeOf = await readIntakes(sql);
  for (const { id, details, limiter } of connections) {
    const intake = intakeOf(details.kind, id);
    limiter.setPressure(intake.state === "deaf" ? 1 : intakePressure(intake));
  }
}
