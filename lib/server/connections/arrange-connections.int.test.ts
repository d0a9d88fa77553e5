import { describe, expect, it } from "vitest";
import type { Role } from "@/lib/domain/vocabulary";
import { createConnectionInput, editConnectionInput } from "@/lib/schemas/connection-form";
import { connectionOrderInput } from "@/lib/schemas/connection-list";
import { createTestAccount, useTestDatabase, type TestAccount } from "../../../tests/int/harness";
import { arrangeConnections } from "./arrange-connections";
import { createConnection } from "./create-connection";
import { editConnection } from "./edit-connection";
import { getConnectionDraft } from "./get-connection-draft";
import { listConnections } from "./list-connections";
import { loadActiveConnections } from "./load-connections";

Object.assign(process.env, {
  DATABASE_URL: "postgresql://unused.example/unused",
  NEXTAUTH_SECRET: "n".repeat(32),
  NEXTAUTH_URL: "https://desk.example",
  KAMURJ_SECRET_KEY: "0".repeat(64),
});

const database = useTestDatabase();
const WEB = "https://desk.example/";
const OTHERS = ["marketer", "support", "developer"] as const satisfies readonly Role[];
const details = {
  kind: "smpp",
  config: { host: "smsc.example", port: 2775, systemId: "desk", sourceAddr: "KAMURJ" },
  secrets: { password: "s3cret" },
};

async function add(account: TestAccount, name: string, prefixes?: readonly string[]): Promise<string> {
  const input = createConnectionInput.parse({ name, ratePerSecond: 80, prefixes, details });
  return (await createConnection(account.as("admin"), input, WEB)).connectionId;
}
const shown = async (account: TestAccount) =>
  (await listConnections(account.as("marketer"), { webUrl: WEB, sandboxUrl: null })).map(({ name }) => name);
const arrange = (account: TestAccount, connectionIds: readonly string[], role: Role = "admin") =>
  arrangeConnections(account.as(role), { channel: "sms", connectionIds: [...connectionIds] });
const audited = (account: TestAccount) =>
  database.db.auditEntry.findMany({ where: { accountId: account.accountId }, orderBy: { seq: "asc" } });
const loaded = async (account: TestAccount) =>
  (await loadActiveConnections(database.sql, (_, error) => Promise.reject(error as Error))).filter(
    ({ accountId }) => accountId === account.accountId,
  );

describe("arrangeConnections", () => {
  it("sets the order that workers read and people see, with the names in the audit log", async () => {
    const account = await createTestAccount(database);
    const [a, b, c] = [await add(account, "A"), await add(account, "B"), await add(account, "C")];
    expect(await shown(account)).toEqual(["A", "B", "C"]);
    await arrange(account, [c, a, b]);
    expect(await shown(account)).toEqual(["C", "A", "B"]);
    const order = (await loaded(account)).sort((one, two) => one.priority - two.priority).map(({ name }) => name);
    expect(order).toEqual(["C", "A", "B"]);
    expect((await audited(account)).at(-1)).toMatchObject({
      ...{ action: "connection.rearranged", detail: { channel: "sms", names: "“C”, “A”, “B”" } },
    });
    await add(account, "New");
    expect(await shown(account)).toEqual(["C", "A", "B", "New"]);
  });

  it("done twice is one change", async () => {
    const account = await createTestAccount(database);
    const [a, b] = [await add(account, "A"), await add(account, "B")];
    await arrange(account, [b, a]);
    const before = (await audited(account)).length;
    await arrange(account, [b, a]);
    expect(await audited(account)).toHaveLength(before);
  });

  it("changes nothing where a connection is missing, named twice, of another channel or of another account", async () => {
    const [mine, theirs] = [await createTestAccount(database), await createTestAccount(database)];
    const [a, b] = [await add(mine, "A"), await add(mine, "B")];
    const foreign = await add(theirs, "Theirs");
    for (const ids of [[a], [a, a], [b, a, a], [a, foreign], [b, a, foreign]]) {
      await expect(arrange(mine, ids)).rejects.toMatchObject({ code: "conflict" });
    }
    const asViber = arrangeConnections(mine.as("admin"), { channel: "viber", connectionIds: [b, a] });
    await expect(asViber).rejects.toMatchObject({ code: "conflict" });
    expect(await shown(mine)).toEqual(["A", "B"]);
    expect(await shown(theirs)).toEqual(["Theirs"]);
  });

  it("of two people at once leaves one whole order", async () => {
    const account = await createTestAccount(database);
    const [a, b, c] = [await add(account, "A"), await add(account, "B"), await add(account, "C")];
    await Promise.all([arrange(account, [c, b, a]), arrange(account, [b, a, c])]);
    expect(["CBA", "BAC"]).toContain((await shown(account)).join(""));
    expect((await loaded(account)).map(({ priority }) => priority).sort()).toEqual([1, 2, 3]);
  });

  it("is for admins alone", async () => {
    const account = await createTestAccount(database);
    const id = await add(account, "A");
    for (const role of OTHERS) {
      await expect(arrange(account, [id], role)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it.each([
    { channel: "fax", connectionIds: ["00000000-0000-4000-8000-000000000000"] },
    { channel: "sms", connectionIds: [] },
    { channel: "sms", connectionIds: ["'; DROP TABLE connection"] },
    { channel: "sms", connectionIds: Array.from({ length: 101 }, () => "00000000-0000-4000-8000-000000000000") },
  ])("takes no hostile input (%#)", (input) => {
    expect(connectionOrderInput.safeParse(input).success).toBe(false);
  });
});

describe("the numbers that a connection serves", () => {
  const edit = (account: TestAccount, connectionId: string, version: number, prefixes?: readonly string[]) => {
    const same = { kind: "smpp", config: details.config, secrets: {} };
    const input = { connectionId, version, name: "A", ratePerSecond: 80, prefixes, details: same };
    return editConnection(account.as("admin"), editConnectionInput.parse(input));
  };

  it("are stored once each, without decoration, and reach worker, list and form", async () => {
    const account = await createTestAccount(database);
    const id = await add(account, "A", ["+374 77", "00374", "374-77", "+995"]);
    const prefixes = ["374", "37477", "995"];
    expect(await loaded(account)).toMatchObject([{ id, prefixes }]);
    expect(await getConnectionDraft(account.as("admin"), id, WEB)).toMatchObject({ prefixes });
    const [row] = await listConnections(account.as("developer"), { webUrl: WEB, sandboxUrl: null });
    expect(row).toMatchObject({ prefixes });
  });

  it("change with an entry of their own in the audit log, and stay where nobody speaks of them", async () => {
    const account = await createTestAccount(database);
    const id = await add(account, "A", ["+374"]);
    await edit(account, id, 1);
    expect(await loaded(account)).toMatchObject([{ prefixes: ["374"] }]);
    await edit(account, id, 2, ["+374", "+7"]);
    await edit(account, id, 3, []);
    expect(await loaded(account)).toMatchObject([{ prefixes: [] }]);
    const entries = (await audited(account)).filter(({ action }) => action.startsWith("connection.serves"));
    expect(entries).toMatchObject([
      { action: "connection.serves_prefixes", detail: { name: "A", numbers: "+374, +7" } },
      { action: "connection.serves_all", detail: { name: "A" } },
    ]);
  });

  it.each([[["077"]], [["+37"]], [["Armenia"]], [["+374", ""]], [Array.from({ length: 301 }, (_, n) => `+374${n}`)]])(
    "are refused where they begin no country's numbers, or are too many (%#)",
    (prefixes) => {
      const parsed = createConnectionInput.safeParse({ name: "A", ratePerSecond: 80, prefixes, details });
      expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual(["prefixes"]);
    },
  );
});
