import { expect, it } from "vitest";
import type { RouteKey } from "@/lib/domain/vocabulary";
import { createTestAccount, useTestDatabase } from "../../../../tests/int/harness";
import { setSwitch, testContent, testDispatch } from "../dispatch.fixture";
import { enqueueMessage } from "../enqueue-message";
import { recoverBlocks } from "../sending/recover-blocks";

const database = useTestDatabase();

it("single messages whose next channels differ fall back together, each once, and nothing is left to be taken over", async () => {
  const account = await createTestAccount(database);
  await setSwitch(database, account, true);
  const dispatch = await testDispatch(database, account);
  const ctx = account.as("admin");
  const routes: readonly RouteKey[] = ["whatsapp-sms", "whatsapp-viber-sms", "whatsapp-sms", "whatsapp-viber-sms"];
  for (const [place, route] of routes.entries()) {
    const wish = { category: "utility" as const, route, fallbackMode: "inherit" as const, waitS: 60 };
    const own = { templateId: null, templateVersion: null, content: testContent("utility", "Order"), apiKeyId: null };
    const to = { e164: `+3747700000${place}`, country: "AM", vars: {} };
    await ctx.transaction((tx) => enqueueMessage(tx, ctx, { ...wish, ...own, ...to }));
  }
  dispatch.carriers.answer.whatsapp = () => ({
    ...{ kind: "refused", code: "131026", detail: "", carrierIds: [], raw: "" },
  });
  await dispatch.send();
  while ((await dispatch.fire()) > 0);
  await dispatch.send();
  await database.sql.query(
    "UPDATE block SET lease_until = now() - interval '1 second' WHERE account_id = $1 AND state = 1",
    [account.accountId],
  );
  expect(await recoverBlocks(dispatch.deps, account.shard)).toBe(0);
  await dispatch.send();

  const references = dispatch.carriers.calls.map(({ request }) => request.reference);
  expect(new Set(references).size).toBe(references.length);
  const onward = dispatch.carriers.calls.filter(({ channel }) => channel !== "whatsapp");
  expect(onward.map(({ channel }) => channel).sort()).toEqual(["sms", "sms", "viber", "viber"]);
  const { rows } = await database.sql.query("SELECT DISTINCT state FROM block WHERE account_id = $1", [
    account.accountId,
  ]);
  expect(rows).toEqual([{ state: 2 }]);
});
