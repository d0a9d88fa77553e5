/**
 * The whole life of a campaign on this machine: plan, send over real HTTP and SMPP to the sandbox, take its webhooks and receipts, fall
 * back, complete; then the carriers' ledger is compared, and any disagreement ends this with 1.
 *
 *   node --import tsx bench/dispatch-life.ts [recipients] [route] [share falling back] [one|ten|three-posts] [workers] [--json]
 *   node --import tsx bench/dispatch-life.ts --part c|d|h [--quick] [--json]
 *
 * A campaign of 15,000 goes before and is not measured, so that what is measured is not the compiling of the programs (BENCH_WARM_UP: so
 * many; 0: none). BENCH_KILL: how many times a worker is killed (-9) on the way. BENCH_PROFILE: a folder for CPU profiles of the workers; prints
 * what PostgreSQL did as well (statements with KAMURJ_POSTGRES_FLAGS=shared_preload_libraries=pg_stat_statements).
 */
import { ROUTES, type RouteKey } from "../lib/domain/vocabulary";
import { printReport, type BenchRow } from "./bench-row";
import { runLife, type LifeOptions, type Receipts } from "./full-path/run-life";
import { runMillion } from "./full-path/run-million";
import { NAMES } from "./targets";

const args = process.argv.slice(2);
const json = args.includes("--json");
const quick = args.includes("--quick");
const out = json ? process.stderr : process.stdout;
const part = (["d", "h"] as const).find((one) => args.includes(one)) ?? "c";
const rows: BenchRow[] = [];
/** So slow that one worker is held up by its carrier and not by this machine, on which all of them share two cores. */
const FAR_AWAY_MS = 1_000;

if (part === "d") rows.push(...(await runMillion(quick ? 100_000 : 1_000_000, quick ? 10_000 : 60_000, out)));
else for (const options of chosenLives()) await measure(options);
if (json) printReport({ part, rows });
else for (const row of rows) console.log(row);

async function measure(options: LifeOptions): Promise<void> {
  const { row, faults } = await runLife(options, out);
  rows.push(row);
  for (const fault of faults) out.write(`the ledger disagrees: ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

function chosenLives(): readonly LifeOptions[] {
  const kills = Number(process.env.BENCH_KILL ?? "0");
  const warmUp = Number(process.env.BENCH_WARM_UP ?? (quick ? "0" : "15000"));
  const usual = {
    recipients: quick ? 5_000 : 50_000,
    route: "whatsapp-sms",
    failing: 0.3,
    workers: 1,
    kills,
    warmUp,
  } as const;
  if (part === "h") {
    const far = { ...usual, recipients: quick ? 2_000 : 12_000, receipts: "one", answerMs: FAR_AWAY_MS } as const;
    return [
      { ...far, variant: NAMES.oneWorker, workers: 1 },
      { ...far, variant: NAMES.twoWorkers, workers: 2 },
      { ...far, variant: NAMES.fourWorkers, workers: 4 },
    ];
  }
  if (args.includes("--part")) {
    return [
      { ...usual, variant: NAMES.oneAWebhook, receipts: "one" },
      { ...usual, variant: "ten receipts a webhook", receipts: "ten" },
      { ...usual, variant: NAMES.threeAWebhook, receipts: "three-posts" },
    ];
  }
  const [recipients = "50000", route = "whatsapp-sms", failing = "0.3", receipts = "one", workers = "1"] = args.filter(
    (arg) => !arg.startsWith("--"),
  );
  const variant = `${Number(recipients).toLocaleString("en")} ${route}, ${failing} falling back, ${receipts}, ${workers} worker(s)`;
  return [
    {
      ...{ variant, kills, warmUp, recipients: Number(recipients), failing: Number(failing), workers: Number(workers) },
      ...{ route: knownRoute(route), receipts: knownReceipts(receipts) },
    },
  ];
}

function knownRoute(text: string): RouteKey {
  if (text in ROUTES) return text as RouteKey;
  throw new Error(`${text} is no route; there are ${Object.keys(ROUTES).join(", ")}.`);
}

function knownReceipts(text: string): Receipts {
  if (text === "one" || text === "ten" || text === "three-posts") return text;
  throw new Error(`${text}: receipts come as one, ten or three-posts.`);
}
