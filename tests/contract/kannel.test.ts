import { expect, test } from "vitest";
import { exchangeWithKannel, whyNoKannel } from "@/scripts/kannel-exchange";

const reason = whyNoKannel();

test(`Kannel's bearerbox sends by the sandbox and is told of each message${reason === null ? "" : ` (skipped: ${reason})`}`, async ({
  skip,
}) => {
  skip(reason !== null, reason ?? "");
  const { messages, inbound } = await exchangeWithKannel();
  const ends = messages.map(({ entries, reports, ...message }) => ({
    ...message,
    reports: reports.toSorted((a, b) => a - b),
    taken: entries.map((entry) => entry.text).join(""),
    parts: entries.length,
  }));
  expect(ends).toEqual([
    expect.objectContaining({ reports: [1, 8], parts: 1 }),
    expect.objectContaining({ reports: [1, 8], parts: 1 }),
    expect.objectContaining({ reports: [1, 8], parts: 3 }),
    expect.objectContaining({ reports: [2, 8], parts: 1 }),
    expect.objectContaining({ reports: [8, 34], parts: 1 }),
    expect.objectContaining({ reports: [16], parts: 0, to: "+374998" }),
  ]);
  for (const { text, taken, parts } of ends) expect(taken).toBe(parts === 0 ? "" : text);
  expect(inbound).toBe("ԿԱՆԳ from a person");
});
