/**
 * npm run check:kannel: Kannel's bearerbox, the SMS gateway that others run, as a client of the sandbox's SMSC. Prints what Kannel sent,
 * what the ledger took and what Kannel was told; exits 1 where they disagree, 2 where Kannel is not installed.
 */
import { exchangeWithKannel, whyNoKannel } from "./kannel-exchange";

async function main(): Promise<number> {
  const reason = whyNoKannel();
  if (reason !== null) {
    console.log(reason);
    return 2;
  }
  const { messages, inbound } = await exchangeWithKannel();
  let wrong = 0;
  console.log("recipient       parts  reports     ledger");
  for (const { to, text, reports, entries } of messages) {
    const taken = entries.map((entry) => entry.text).join("");
    const isRight = entries.length === 0 ? reports.includes(16) : taken === text;
    if (!isRight) wrong += 1;
    const words = isRight ? (taken === "" ? "not taken" : "the same text") : `other text: ${taken}`;
    console.log(`${to.padEnd(16)}${String(entries.length).padEnd(7)}${reports.join(", ").padEnd(12)}${words}`);
  }
  console.log(`a person's message, as Kannel passed it on: ${inbound ?? "none"}`);
  return wrong === 0 && inbound !== null ? 0 : 1;
}

process.exitCode = await main();
