/**
 * npm run check:tshark: our SMPP traffic as Wireshark's decoder sees it. Exits 1 where a packet is malformed or one is missing, 2 where
 * tshark is not installed.
 */
import { decodeOurTraffic, whyNoTshark } from "./tshark-capture";

async function main(): Promise<number> {
  const reason = whyNoTshark();
  if (reason !== null) {
    console.log(reason);
    return 2;
  }
  let wrong = 0;
  for (const longMessages of ["udh8", "udh16", "payload"] as const) {
    const decoded = await decodeOurTraffic(longMessages);
    const { submits, submitAnswers, delivers, malformed, parts } = decoded;
    if (malformed > 0 || submits === 0 || submits !== submitAnswers || submits !== delivers) wrong += 1;
    console.log(
      `${longMessages}: ${submits} submit_sm, ${submitAnswers} answers, ${delivers} deliver_sm, ${malformed} malformed`,
    );
    for (const part of parts) console.log(`  part ${part}`);
  }
  return wrong === 0 ? 0 : 1;
}

process.exitCode = await main();
