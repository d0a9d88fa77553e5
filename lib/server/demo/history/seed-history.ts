import { CHANNEL_CODE, CHANNELS, type Channel } from "@/lib/domain/vocabulary";
import { toMicros } from "@/lib/domain/pricing/price";
import type { Tx } from "../../db/prisma";
import type { ContextDependencies } from "../../tenant-context";
import { tellHistory, type HistoryOptions } from "./tell-history";
import type { HistoryAccount } from "./story";
import { writeHistory } from "./write-history";

/**
 * Gives a demo account its month, in the transaction that makes the account: a crash leaves neither.
 *
 * @param dependencies for the audit log; nothing but the transaction is written through
 */
export async function seedHistory(
  tx: Tx,
  accountId: string,
  options: HistoryOptions,
  dependencies: ContextDependencies,
): Promise<void> {
  await writeHistory(tx, await tellHistory(await readAccount(tx, accountId), options), dependencies);
}

async function readAccount(tx: Tx, accountId: string): Promise<HistoryAccount> {
  const { shard } = await tx.account.findUniqueOrThrow({ where: { id: accountId }, select: { shard: true } });
  const memberships = await tx.membership.findMany({ where: { accountId } });
  const users = await tx.user.findMany({ where: { id: { in: memberships.map(({ userId }) => userId) } } });
  const connections = await tx.connection.findMany({ where: { accountId } });
  const prices = await tx.price.findMany({ where: { accountId } });
  const person = (role: string): { readonly id: string; readonly name: string } => {
    const userId = memberships.find((membership) => membership.role === role)?.userId;
    const user = users.find(({ id }) => id === userId);
    if (user === undefined) throw new Error(`The demo account has no ${role}.`);
    return { id: user.id, name: user.name };
  };
  const connection = (channel: Channel): string => {
    const found = connections.find((one) => one.channel === CHANNEL_CODE[channel]);
    if (found === undefined) throw new Error(`The demo account has no connection for ${channel}.`);
    return found.id;
  };
  return {
    ...{ accountId, shard },
    people: { admin: person("admin"), marketer: person("marketer"), developer: person("developer") },
    connections: { whatsapp: connection("whatsapp"), viber: connection("viber"), sms: connection("sms") },
    prices: prices.flatMap((row) => {
      const channel = CHANNELS.find((name) => CHANNEL_CODE[name] === row.channel);
      if (channel === undefined) return [];
      const { country, priceMicros, validFrom } = row;
      return [{ channel, country, priceMicros: toMicros(priceMicros), validFrom: validFrom.getTime() }];
    }),
  };
}
