import { expect, it } from "vitest";
import { createTestAccount, useTestDatabase } from "../../../tests/int/harness";
import { importFile } from "./import.fixture";
import { openImportReport } from "./write-import-report";

const database = useTestDatabase();
const words = {
  columns: ["Row", "What", "Why", "Value"],
  refused: "refused",
  duplicate: "duplicate",
  reason: (reason: string) => reason,
} as const;

it("lists refused and duplicate rows, with a byte order mark, so that no cell runs as a formula", async () => {
  const ctx = (await createTestAccount(database)).as("marketer");
  const rows = `phone,name\n077111222,Ani\n=cmd|' /C calc'!A0,Eve\n077 111 222,Ani\n"12, 13",Bob\n`;
  const view = await importFile(ctx, rows);
  const { fileName, pieces } = await openImportReport(ctx, view.id, words);
  expect(fileName).toBe("people-report.csv");
  let report = "";
  for await (const piece of pieces) report += piece;
  expect(report).toBe(
    "\ufeffRow,What,Why,Value\r\n3,refused,formula,'=cmd|' /C calc'!A0\r\n4,duplicate,line:2,+37477111222\r\n" +
      `5,refused,${view.refusedByReason.find(({ reason }) => reason !== "formula")?.reason},"12, 13"\r\n`,
  );
});

it("is refused to developers and unknown to another account", async () => {
  const account = await createTestAccount(database);
  const view = await importFile(account.as("marketer"), "phone\n077111222\n");
  const other = (await createTestAccount(database)).as("admin");
  await expect(openImportReport(account.as("developer"), view.id, words)).rejects.toMatchObject({ code: "forbidden" });
  await expect(openImportReport(other, view.id, words)).rejects.toMatchObject({ code: "not_found" });
});
