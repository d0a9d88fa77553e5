import { runMigrations, runOnce } from "graphile-worker";
import { pino } from "pino";
import { expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { createTasks } from "../jobs/tasks";
import { getImport } from "./get-import";
import { dependenciesOf, generateRows, startAsGuessed, upload } from "./import.fixture";

const database = useTestDatabase();

it("hands a started import to the worker's queue, which carries it out", async () => {
  await runMigrations({ pgPool: database.sql });
  const ctx = (await createTestAccount(database)).as("marketer");
  const importId = await upload(ctx, generateRows(30));
  await startAsGuessed(ctx, importId);
  const taskList = createTasks({ ...dependenciesOf(ctx), logger: pino({ level: "silent" }) });
  await runOnce({ pgPool: database.sql, taskList });
  expect(await getImport(ctx, importId)).toMatchObject({ status: "completed", imported: 30 });
});

it("queues nothing when the start is refused", async () => {
  const ctx = (await createTestAccount(database)).as("marketer");
  const importId = await upload(ctx, generateRows(3));
  await ctx.db.audience.create({ data: { accountId: ctx.accountId, name: "Taken" } });
  await expect(startAsGuessed(ctx, importId, { audience: { kind: "new", name: "Taken" } })).rejects.toThrow();
  const { rows } = await database.sql.query("SELECT FROM graphile_worker.jobs WHERE key = $1", [`import:${importId}`]);
  expect(rows).toHaveLength(0);
});
