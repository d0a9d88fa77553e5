import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CATEGORIES, FALLBACK_MODES, type Category, type RouteKey } from "@/lib/domain/vocabulary";
import { useTestDatabase } from "../../../tests/int/harness";
import { propertyOptions, replayPath } from "../../../tests/property-options";
import { readConservation } from "./conservation";
import { checkInvariants } from "./protocol-invariants.fixture";
import {
  answerCall,
  callCarrier,
  CARRIER_ANSWERS,
  depsOf,
  endLeases,
  lease,
  newWorker,
  openModelWorld,
  openStage,
  type CarrierAnswer,
  type ModelRun,
  type ModelStage,
  type ModelWorld,
} from "./protocol-model.fixture";
import { placeOf, type Picture, type Place } from "./protocol-picture.fixture";
import {
  CALM,
  enqueue,
  fire,
  move,
  MOMENTS,
  MOVES,
  plan,
  receive,
  recover,
  RIVALS,
  stop,
  turn,
  type ReceiptWish,
  type Trouble,
} from "./protocol-steps.fixture";
import { completeCampaigns } from "./upkeep/complete-campaigns";
import { releaseStrayBlocks } from "./upkeep/release-stray-blocks";

/**
 * The send protocol against PostgreSQL: histories of steps in any order, with crashes at any point, stale workers, commits whose answer
 * is lost, and rivals in the middle of a transaction. After every step the invariants are read from the database and from the carriers'
 * ledger; in the end everything is let run and must come to rest with nothing lost.
 */
const database = useTestDatabase();
const held: { stage?: ModelStage } = {};
beforeAll(async () => {
  held.stage = await openStage(database);
});

class Step implements fc.AsyncCommand<object, ModelWorld> {
  readonly check = (): boolean => true;
  constructor(
    private readonly name: string,
    private readonly work: (world: ModelWorld) => Promise<void> | void,
  ) {}
  async run(_: object, world: ModelWorld): Promise<void> {
    await this.work(world);
    await checkInvariants(world);
  }
  readonly toString = (): string => this.name;
}

const step = (name: string, work: (world: ModelWorld) => Promise<void> | void): Step => new Step(name, work);
const say = (value: unknown): string => JSON.stringify(value);
const runOf = (world: ModelWorld, of: 0 | 1, nth: number): ModelRun | undefined => {
  const { runs } = world.workers[of];
  return runs[nth % Math.max(1, runs.length)];
};

const nth = fc.nat(7);
const who = fc.constantFrom<0 | 1>(0, 0, 0, 1);
const routes: readonly RouteKey[] = ["whatsapp-sms", "viber-sms", "whatsapp-viber-sms", "sms"];
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(CALM) },
  { weight: 2, arbitrary: fc.constant<Trouble>({ kind: "lost" }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rival" as const),
      moment: fc.constantFrom(...MOMENTS),
      rival: fc.constantFrom(...RIVALS),
      nth,
    }),
  },
);

const leasing = fc.tuple(who, nth).map(([of, n]) => step(`lease ${of} ${n}`, (w) => lease(w, w.workers[of], n)));
const turning = fc.tuple(who, nth, fc.integer({ min: 0, max: 3 }), trouble).map(([of, n, most, on]) =>
  step(`turn ${of} ${n} most ${most} ${say(on)}`, async (world) => {
    const run = runOf(world, of, n);
    if (run !== undefined) await turn(world, of, run, most, on);
  }),
);
const calling = fc.tuple(who, nth, nth).map(([of, n, k]) =>
  step(`wire ${of} ${n} ${k}`, (world) => {
    const run = runOf(world, of, n);
    if (run !== undefined) callCarrier(world, run, k);
  }),
);
const answering = fc
  .tuple(who, nth, nth, fc.constantFrom<CarrierAnswer>("accepted", ...CARRIER_ANSWERS))
  .map(([of, n, k, answer]) =>
    step(`answer ${of} ${n} ${k} ${answer}`, (world) => {
      const run = runOf(world, of, n);
      if (run !== undefined) answerCall(world, run, k, answer);
    }),
  );
/** What mostly follows one another, so that histories get somewhere; it may end before the outcome is stored, or before the answer. */
const sending = fc
  .tuple(
    who,
    nth,
    fc.constantFrom<CarrierAnswer>("accepted", "accepted", "not_sent", ...CARRIER_ANSWERS),
    ...[trouble, trouble],
    fc.nat(3),
  )
  .map(([of, n, answer, onIntent, onOutcome, end]) =>
    step(`send ${of} ${n} ${answer} ${say(onIntent)} ${say(onOutcome)} up to ${end}`, async (world) => {
      await lease(world, world.workers[of], n);
      const run = world.workers[of].runs.at(-1);
      if (run === undefined) return;
      await turn(world, of, run, 3, onIntent);
      for (let calls = run.wire.length; calls > 0; calls -= 1) callCarrier(world, run, 0);
      for (let left = Math.min(end, run.wire.length); left > 0; left -= 1) answerCall(world, run, 0, answer);
      if (end > 1) await turn(world, of, run, 1, onOutcome);
    }),
  );
const receiving = fc
  .record<ReceiptWish>({
    nth,
    kind: fc.constantFrom("accepted", "sent", "delivered", "delivered", "read", "failed", "failed", "expired"),
    from: fc.constantFrom("carrier", "carrier", "carrier", "carrier", "twice", "again", "foreigner", "nowhere"),
  })
  .chain((wish) => trouble.map((on) => step(`receipt ${say(wish)} ${say(on)}`, (world) => receive(world, wish, on))));
const waiting = fc
  .constantFrom(1_000, 20_000, 70_000)
  .map((ms) => step(`clock +${ms}`, (world) => void (world.clock.aheadMs += ms)));
const firing = fc
  .tuple(fc.constantFrom(true, true, true, false), fc.constantFrom(0, 70_000), trouble)
  .map(([isHeard, ms, on]) =>
    step(`fire ${isHeard ? "" : "deaf "}after ${ms} ${say(on)}`, async (world) => {
      world.clock.aheadMs += ms;
      await fire(world, { isHeard }, on);
    }),
  );
/** The two histories of a delivery and a decision that meet: which one it is, is the attempts' locks' to say. */
const meeting = fc
  .tuple(fc.constantFrom("take-due-timers", "lock-attempts", "read-decided", "insert-decisions"), nth)
  .map(([moment, n]) =>
    step(`fire after 70000, delivery ${n} behind ${moment}`, async (world) => {
      world.clock.aheadMs += 70_000;
      await fire(world, { isHeard: true }, { kind: "rival", moment, rival: "deliver", nth: n });
    }),
  );
const crashing = who.map((of) => step(`crash ${of}`, (world) => void (world.workers[of] = newWorker())));
const handingOver = trouble.map((on) =>
  step(`leases end, recover ${say(on)}`, async (world) => {
    await endLeases(world);
    await recover(world, on);
  }),
);
/** What the housekeeping does beside recovery. */
const tidying = fc.constant(
  step("complete campaigns", async (world) => {
    await completeCampaigns(depsOf(world, ""));
  }),
);
const swapping = fc.constant(step("the workers change places", (world) => void world.workers.reverse()));
const moving = fc
  .constantFrom(...MOVES, "resume" as const, "resume" as const, "switch_on" as const)
  .map((wish) => step(wish, (world) => move(world, wish)));
const stopping = nth.map((n) => step(`STOP ${n}`, (world) => stop(world, n)));
const enqueueing = fc
  .record({
    category: fc.constantFrom(...CATEGORIES),
    route: fc.constantFrom(...routes),
    mode: fc.constantFrom(...FALLBACK_MODES),
    nth,
  })
  .map((wish) => step(`enqueue ${say(wish)}`, (world) => enqueue(world, wish)));
const planning = trouble.map((on) => step(`plan ${say(on)}`, (world) => plan(world, on)));

const histories = fc.commands<object, ModelWorld, false>(
  [
    ...[
      planning,
      planning,
      enqueueing,
      leasing,
      sending,
      sending,
      sending,
      turning,
      turning,
      turning,
      calling,
      calling,
    ],
    ...[
      answering,
      answering,
      receiving,
      receiving,
      receiving,
      firing,
      firing,
      meeting,
      meeting,
      waiting,
      crashing,
      handingOver,
      swapping,
      tidying,
    ],
    ...[moving, moving, stopping],
  ],
  { maxCommands: 40, size: "max", ...replayPath() },
);
const wishes = fc.record({
  category: fc.constantFrom<Category>("marketing", "marketing", "utility", "authentication"),
  route: fc.constantFrom<RouteKey>("whatsapp-sms", "viber-sms", "whatsapp-viber-sms", "sms"),
  unknownIsUndelivered: fc.constantFrom(false, false, true),
  isPlanned: fc.constantFrom(true, true, true, false),
});

const isOpen = ({ blocks, timers }: Picture): boolean =>
  timers.length > 0 || blocks.some(({ state }) => state !== 2 && state !== 4);

/** Everybody dies, others take over and let it run; each wait ends. Nothing may be left open, and nothing lost. */
async function comeToRest(world: ModelWorld): Promise<void> {
  await endLeases(world);
  await recover(world, CALM);
  for (let round = 0; round < 12; round += 1) {
    await move(world, "resume");
    // Held blocks of a running campaign: whoever held them died before the pause. They are let go after a quarter of a minute.
    await world.database.sql.query(
      "UPDATE block SET available_at = available_at - interval '1 minute' WHERE shard = $1 AND account_id = $2 AND state = 3",
      [world.shard, world.accountId],
    );
    await releaseStrayBlocks(world.database.sql, world.shard);
    await plan(world, CALM);
    await checkInvariants(world);
    world.workers[0] = newWorker();
    for (let taken = -1; taken < world.workers[0].runs.length;) {
      taken = world.workers[0].runs.length;
      await lease(world, world.workers[0], 0);
    }
    for (const run of world.workers[0].runs) await sendAll(world, run);
    world.clock.aheadMs += 600_000;
    await fire(world, { isHeard: true }, CALM);
    if (!isOpen(await checkInvariants(world))) return;
  }
  expect(world.past.picture, "13: it never comes to rest").toBeNull();
}

async function sendAll(world: ModelWorld, run: ModelRun): Promise<void> {
  while (run.held.size > 0 && !run.isStopped) {
    await turn(world, 0, run, 100, CALM);
    while (run.wire.length > 0) {
      callCarrier(world, run, 0);
      answerCall(world, run, 0, "accepted");
    }
  }
  await turn(world, 0, run, 0, CALM);
}

/** The gauge of the running service counts the same as the rules told anew. */
async function compareWithGauge(world: ModelWorld): Promise<void> {
  const { messages } = world.past.picture ?? { messages: [] };
  const first = messages[0]?.id;
  if (first === undefined || world.past.picture === null) return;
  const after = (BigInt(first) - 1n).toString();
  const books = await readConservation(world.database.sql, world.shard, { after, limit: messages.length });
  const places = messages.map((message) => placeOf(message, world.past.picture as Picture));
  const count = (place: Place): number => places.filter((one) => one === place).length;
  expect(books).toMatchObject({
    ...{ accepted: messages.length, queued: count("queued"), inFlight: count("in_flight"), waiting: count("waiting") },
    ...{ terminal: count("terminal"), unknown: count("unknown"), missing: 0, doubled: 0 },
  });
}

async function clear({ shard, accountId }: ModelWorld): Promise<void> {
  for (const table of ["block", "fallback_timer", "orphan_receipt"]) {
    await database.sql.query(`DELETE FROM ${table} WHERE shard = $1 AND account_id = $2`, [shard, accountId]);
  }
  await database.sql.query("UPDATE campaign SET status = 'cancelled' WHERE account_id = $1", [accountId]);
}

describe("the send protocol on PostgreSQL, whatever happens in whatever order", () => {
  it(
    "keeps its invariants after every step, and loses nothing in the end",
    async () => {
      const { stage } = held;
      if (stage === undefined) throw new Error("No stage.");
      await fc.assert(
        fc.asyncProperty(wishes, histories, async (wish, history) => {
          const world = await openModelWorld(stage, wish);
          try {
            if (wish.isPlanned) await plan(world, CALM);
            await checkInvariants(world);
            await fc.asyncModelRun(() => ({ model: {}, real: world }), history);
            await compareWithGauge(world);
            await comeToRest(world);
            await compareWithGauge(world);
          } finally {
            await clear(world);
          }
        }),
        propertyOptions(),
      );
    },
    15 * 60_000,
  );
});
