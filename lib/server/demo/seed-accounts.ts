import { randomBytes, randomUUID } from "node:crypto";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { hashPassword } from "../auth/hash-password";
import type { ConnectionInput } from "@/lib/schemas/connection";
import { insertConnection } from "../connections/save-connection";
import type pg from "pg";
import type { Db, Tx } from "../db/prisma";
import { DEMO_ACCOUNTS, DEMO_PASSWORD, DEMO_PRICES, type DemoAccount } from "./demo-accounts";
import { seedApprovals } from "./seed-approvals";
import { seedHistory } from "./history/seed-history";
import type { HistoryOptions } from "./history/tell-history";

export type DemoAddresses = {
  readonly sandboxUrl: string;
  readonly smppHost: string;
  readonly smppPort: number;
  /** Where carriers reach the web app. */
  readonly webUrl: string;
};

export type SeededAccount = { readonly key: string; readonly accountId: string; readonly adminId: string };

/** A month of history for the accounts that are to have one; `sql` is what the audit log's contexts are made with. */
export type HistoryRequest = HistoryOptions & { readonly sql: pg.Pool };

/**
 * Makes the demo accounts with their people, prices and connections to the sandbox, and the history of the first, unless they are
 * there: in one transaction, so a crash leaves all or none.
 *
 * @returns the accounts made now; empty on later starts
 */
export async function seedDemoAccounts(
  db: Db,
  addresses: DemoAddresses,
  history: HistoryRequest | null = null,
): Promise<readonly SeededAccount[]> {
  const first = DEMO_ACCOUNTS[0].people[0].email;
  if ((await db.user.count({ where: { email: first } })) > 0) return [];
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const seeded = await db.$transaction(
    async (tx) => {
      const made: SeededAccount[] = [];
      for (const demo of DEMO_ACCOUNTS) {
        const account = await insertAccount(tx, demo, passwordHash);
        await insertCarriers(tx, demo, account.accountId, addresses);
        if (history !== null && demo.hasHistory) {
          const dependencies = { db, sql: history.sql, now: () => history.now };
          await seedHistory(tx, account.accountId, history, dependencies);
        }
        await seedApprovals(tx, account.accountId, history?.now ?? new Date());
        made.push(account);
      }
      return made;
    },
    { timeout: 300_000 },
  );
  // A table never analysed looks empty to the planner. Best effort: everything is there already.
  if (history !== null) {
    await history.sql.query("ANALYZE contact, audience_member, block, rollup_hour").catch(() => undefined);
  }
  return seeded;
}

async function insertAccount(tx: Tx, demo: DemoAccount, passwordHash: string): Promise<SeededAccount> {
  const accountId = randomUUID();
  const users = demo.people.map((person) => ({ id: randomUUID(), person }));
  const admin = users.find((user) => user.person.role === "admin");
  if (admin === undefined) throw new Error("A demo account needs an admin.");
  await tx.account.create({
    data: {
      id: accountId,
      name: demo.name,
      timeZone: "Asia/Yerevan",
      currency: "EUR",
      defaultCountry: "AM",
      isDemo: true,
      shard: shardOf(accountId),
      smsFallbackEnabled: demo.smsFallbackEnabled,
    },
  });
  for (const { id, person } of users) {
    const { email, name, locale, role } = person;
    await tx.user.create({ data: { id, email, name, locale, passwordHash, lastAccountId: accountId } });
    await tx.membership.create({ data: { accountId, userId: id, role } });
  }
  for (const price of DEMO_PRICES) {
    await tx.price.create({
      data: {
        accountId,
        channel: CHANNEL_CODE[price.channel],
        country: price.country,
        priceMicros: BigInt(price.priceMicros),
        validFrom: new Date("2020-01-01T00:00:00Z"),
      },
    });
  }
  return { key: demo.key, accountId, adminId: admin.id };
}

/** By the account's last byte: the shard never changes, so it may depend on nothing that does. */
export function shardOf(accountId: string): number {
  return Number.parseInt(accountId.slice(-2), 16) % 64;
}

async function insertCarriers(tx: Tx, demo: DemoAccount, accountId: string, at: DemoAddresses): Promise<void> {
  const secret = (): string => randomBytes(24).toString("hex");
  const { phoneNumberId, wabaId, serviceId, systemId, sender } = demo.carriers;
  const insert = (name: string, details: ConnectionInput) => insertConnection(tx, accountId, name, details, 500);
  await insert("WhatsApp (sandbox)", {
    kind: "whatsapp_cloud",
    config: { baseUrl: at.sandboxUrl, phoneNumberId, wabaId },
    secrets: { accessToken: secret(), appSecret: secret(), verifyToken: secret() },
  });
  await insert("Viber (sandbox)", {
    kind: "viber_business",
    config: { baseUrl: at.sandboxUrl, serviceId },
    secrets: { signingKey: secret() },
  });
  await insert("SMSC (sandbox)", {
    kind: "smpp",
    config: {
      ...{ host: at.smppHost, port: at.smppPort, tls: false, systemId, systemType: "", sourceAddr: sender, window: 50 },
      ...{ receiptIdFormat: "decimal" as const, receiptUtcOffsetMinutes: 0 },
    },
    secrets: { password: randomBytes(4).toString("hex") }, // SMPP 3.4 allows 8 characters
  });
}
