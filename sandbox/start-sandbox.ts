import { mkdirSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { Agent } from "undici";
import { releaseHeld, scheduleReceipt, type Core, type Notifier } from "./core";
import { createSessionDropper } from "./faults/drop-sessions";
import { openFaultStore, type FaultStore } from "./faults/fault-store";
import { notifyHttpSms } from "./http-sms/notify-http-sms";
import { openLedger, type Ledger } from "./ledger/open-ledger";
import { startSchedule } from "./receipts/schedule";
import { openScenarioStore, type ScenarioStore } from "./scenarios/scenario-store";
import { serveHttp } from "./serve-http";
import { serveSmsc } from "./smpp/serve-smsc";
import type { SandboxSettings } from "./settings";
import { fixedSubscriptions, watchSubscriptions, type SubscriptionsInput } from "./subscriptions";
import { notifyViberBot } from "./viber-bot/notify-bot";
import { notifyViber } from "./viber/notify-viber";
import { notifyWhatsApp } from "./whatsapp/notify-whatsapp";
import { openTemplateStore } from "./whatsapp/template-store";

/** Ports may be 0: the system picks free ones. `subscriptions` takes the place of the file. */
export type SandboxOptions = Partial<SandboxSettings> & {
  readonly dataDir: string;
  readonly subscriptions?: SubscriptionsInput;
};

export type Sandbox = {
  readonly httpPort: number;
  readonly smppPort: number;
  readonly ledger: Ledger;
  readonly scenarios: ScenarioStore;
  readonly faults: FaultStore;
  /** Stops taking messages and tells nobody anything more; what is pending goes on with the next start. */
  stop(): Promise<void>;
};

const tickMs = 10;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const settings = completeSettings(options);
  mkdirSync(settings.dataDir, { recursive: true });
  const core = createCore(settings, options.subscriptions);
  const smsc = serveSmsc(core);
  core.notifiers.set("whatsapp", notifyWhatsApp(core));
  const { subscriptions } = core;
  const viber = [notifyViber(core), notifyViberBot(core)] as const;
  core.notifiers.set(
    "viber",
    notifyEither(...viber, (id) => subscriptions.viberBot(id) !== null),
  );
  const sms = [smsc.notifier, notifyHttpSms(core)] as const;
  core.notifiers.set(
    "sms",
    notifyEither(...sms, (id) => subscriptions.httpSms(id) !== null),
  );
  const http = serveHttp({ core, reset: () => resetCore(core), boundSystemIds: smsc.boundSystemIds });

  const dropper = createSessionDropper(core, smsc);
  core.faults.onChange((ended) => {
    releaseHeld(core, ended);
    dropper.follow();
  });
  dropper.follow();

  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    for (const notifier of core.notifiers.values()) notifier.stop();
    core.schedule.stop();
    dropper.stop();
    core.faults.close();
    core.subscriptions.stop();
    const closed = new Promise<void>((resolve) => void http.close(() => resolve()));
    http.closeAllConnections();
    await Promise.all([closed, smsc.stop(), core.agent.destroy()]);
    core.ledger.close();
  };
  try {
    const httpPort = await listen(http, settings.httpPort, settings.host);
    const smppPort = await listen(smsc.server, settings.smppPort, settings.host);
    resumePending(core);
    const { ledger, scenarios, faults } = core;
    return { httpPort, smppPort, ledger, scenarios, faults, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Two carriers of one channel: what came by the other goes back by it, all else by the usual one. */
function notifyEither(usual: Notifier, other: Notifier, isOthers: (connectionId: string) => boolean): Notifier {
  const of = (connectionId: string): Notifier => (isOthers(connectionId) ? other : usual);
  return {
    notify: (entry, index) => of(entry.connectionId).notify(entry, index),
    inbound: (connectionId, from, text) => of(connectionId).inbound(connectionId, from, text),
    backlog: () => usual.backlog() + other.backlog(),
    clear: () => [usual, other].forEach((notifier) => notifier.clear()),
    stop: () => [usual, other].forEach((notifier) => notifier.stop()),
  };
}

function completeSettings(options: SandboxOptions): SandboxSettings {
  return {
    host: options.host ?? "127.0.0.1",
    httpPort: options.httpPort ?? 0,
    smppPort: options.smppPort ?? 0,
    seed: options.seed ?? "kamurj",
    dataDir: options.dataDir,
    subscriptionsFile: options.subscriptionsFile ?? join(options.dataDir, "subscriptions.json"),
    speed: options.speed ?? 1,
    holdMs: options.holdMs ?? 90_000,
    webhookBatch: options.webhookBatch ?? 10,
    webhookConnections: options.webhookConnections ?? 32,
    smppWindow: options.smppWindow ?? 32,
    webhookFillMs: options.webhookFillMs ?? 0,
  };
}

function createCore(settings: SandboxSettings, subscriptions: SubscriptionsInput | undefined): Core {
  const known = subscriptions
    ? fixedSubscriptions(subscriptions)
    : watchSubscriptions(settings.subscriptionsFile, join(settings.dataDir, "registered.json"));
  const scenarios = openScenarioStore(join(settings.dataDir, "scenarios.json"), settings.seed);
  return {
    settings,
    ledger: openLedger(settings.dataDir),
    scenarios,
    faults: openFaultStore(join(settings.dataDir, "faults.json"), scenarios.seed),
    held: new Map(),
    subscriptions: known,
    templates: openTemplateStore(
      join(settings.dataDir, "templates.json"),
      (wabaId) => known.whatsAppBusiness(wabaId)?.templates ?? [],
    ),
    schedule: startSchedule(tickMs, () => Date.now()),
    agent: new Agent({ connections: settings.webhookConnections, keepAliveTimeout: 4_000 }),
    notifiers: new Map(),
    turnedAway: new Map(),
    wroteAtMs: new Map(),
    tries: new Map(),
    firstAcknowledged: new Map(),
  };
}

/** What was promised before the last stop and not acknowledged. */
function resumePending(core: Core): void {
  for (const { entry, open } of core.ledger.takePending()) {
    for (const index of open) scheduleReceipt(core, entry, index);
  }
}

function resetCore(core: Core): void {
  core.schedule.clear();
  for (const notifier of core.notifiers.values()) notifier.clear();
  core.ledger.reset();
  core.held.clear();
  core.faults.reset();
  core.scenarios.reset();
  core.templates.clear();
  core.turnedAway.clear();
  core.wroteAtMs.clear();
  core.tries.clear();
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
