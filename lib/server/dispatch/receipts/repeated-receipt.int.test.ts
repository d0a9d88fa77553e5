import { expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../../tests/int/harness";
import { launchCampaign } from "../campaigns/launch-campaign";
import { testCampaign, testDispatch } from "../dispatch.fixture";

const database = useTestDatabase();

it("a receipt that stands twice in one webhook is kept once, and does not keep the others of its commit out", async () => {
  const account = await createTestAccount(database);
  const dispatch = await testDispatch(database, account);
  const campaignId = await testCampaign(database, account, { people: 2 });
  await launchCampaign(account.as("marketer"), campaignId);
  await dispatch.plan(campaignId);
  await dispatch.send();
  const [first, second] = dispatch.carriers.calls.map(({ request }) => request.reference);
  const delivered = { reference: first ?? "", kind: "delivered" as const, carrierTimeMs: dispatch.clock.now() };
  await dispatch.receive("whatsapp", [delivered, { ...delivered, reference: second ?? "" }, delivered, delivered]);
  await dispatch.receive("whatsapp", [delivered, delivered]);
  const { rows } = await database.sql.query(
    "SELECT status, (SELECT count(*)::integer FROM receipt r WHERE r.account_id = $1) AS n FROM attempt WHERE account_id = $1",
    [account.accountId],
  );
  expect(rows).toEqual([
    { status: 70, n: 2 },
    { status: 70, n: 2 },
  ]);
});
