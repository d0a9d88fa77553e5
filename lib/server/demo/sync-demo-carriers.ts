import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import { readStored } from "../connections/merge-details";
import type { Db } from "../db/prisma";
import { sandboxCustomersOf, type SandboxSubscriptions } from "../laboratory/sandbox-customer";
import type { DemoAddresses } from "./seed-accounts";

type Connection = Awaited<ReturnType<Db["connection"]["findMany"]>>[number];

/**
 * Points the demo accounts' connections at where the sandbox listens on this start, and tells what the sandbox must know of them:
 * derived from the database every time, so ports may change between starts and nothing else holds a copy of the secrets.
 * Connections of a demo account that a person pointed elsewhere (any address that is not loopback) are left alone.
 */
export async function syncDemoCarriers(db: Db, at: DemoAddresses): Promise<SandboxSubscriptions> {
  const accounts = await db.account.findMany({ where: { isDemo: true }, select: { id: true } });
  const connections = await db.connection.findMany({
    where: { accountId: { in: accounts.map((account) => account.id) }, status: { not: "deleted" } },
    orderBy: { createdAt: "asc" },
  });
  const pointed: Connection[] = [];
  for (const row of connections) if (await pointAtSandbox(db, row, at)) pointed.push(row);
  return sandboxCustomersOf(db, pointed, at.webUrl);
}

/** @returns false: it leads elsewhere */
async function pointAtSandbox(db: Db, row: Connection, at: DemoAddresses): Promise<boolean> {
  const details = readStored(row);
  const host = details.kind === "smpp" ? details.config.host : new URL(details.config.baseUrl).hostname;
  if (!isLoopbackHost(host)) return false;
  const address = details.kind === "smpp" ? { host: at.smppHost, port: at.smppPort } : { baseUrl: at.sandboxUrl };
  await db.connection.update({
    where: { accountId_id: { accountId: row.accountId, id: row.id } },
    data: { config: { ...details.config, ...address } },
  });
  return true;
}
