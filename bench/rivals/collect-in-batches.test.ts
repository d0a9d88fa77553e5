import fc from "fast-check";
import { expect, test } from "vitest";
import { collectInBatches } from "./collect-in-batches";

test("every item is handled once, in order, in batches no larger than asked for", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(), { maxLength: 100 }), async (size, items) => {
      const batches: (readonly number[])[] = [];
      const collect = collectInBatches<number>(size, async (batch) => void batches.push([...batch]));
      await Promise.all(items.map(collect));
      expect(batches.flat()).toEqual(items);
      expect(Math.max(0, ...batches.map((batch) => batch.length))).toBeLessThanOrEqual(size);
    }),
  );
});

test("who waits for a batch that fails is told, and the next batch is its own", async () => {
  const collect = collectInBatches<string>(2, (items) =>
    items.includes("bad") ? Promise.reject(new Error("refused")) : Promise.resolve(),
  );
  const told = await Promise.allSettled([collect("good"), collect("bad"), collect("later")]);
  expect(told.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});
