import { expect, test } from "vitest";
import { limitFlow } from "./limit-flow";

const now = (): number => performance.now();

test("no more than the window are inside, and a place given back goes to the first in line", async () => {
  const flow = limitFlow(2, 1e6, now);
  const deadlineMs = now() + 5_000;
  const [first, second] = [await flow.enter(deadlineMs), await flow.enter(deadlineMs)];
  const order: string[] = [];
  const third = flow.enter(deadlineMs).then((leave) => (order.push("third"), leave));
  const fourth = flow.enter(deadlineMs).then((leave) => (order.push("fourth"), leave));
  await Promise.resolve();
  expect(order).toEqual([]);
  first?.();
  first?.();
  await third;
  expect(order).toEqual(["third"]);
  second?.();
  await fourth;
  expect(order).toEqual(["third", "fourth"]);
});

test("who finds no place before the deadline gets none, and leaves none behind", async () => {
  const flow = limitFlow(1, 1e6, now);
  const leave = await flow.enter(now() + 5_000);
  expect(await flow.enter(now() + 20)).toBeNull();
  leave?.();
  expect(await flow.enter(now() + 5_000)).not.toBeNull();
});

test("a start that the rate puts behind the deadline is refused at once", async () => {
  const flow = limitFlow(10, 0.001, now);
  expect(await flow.enter(now() + 1_000)).not.toBeNull();
  expect(await flow.enter(now() + 1_000)).toBeNull();
});
