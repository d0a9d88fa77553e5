import { randomBytes, randomUUID } from "node:crypto";
import { CHANNEL_CODE } from "@/lib/domain/vocabulary";
import { CONNECTION_CHANNEL, connectionDetails, type ConnectionInput } from "@/lib/schemas/connection";
import type { Tx } from "../db/prisma";
import { seal } from "../secrets/seal";

/** What seal() binds a connection's secrets to. */
export function connectionAssociatedData(accountId: string, connectionId: string): string {
  return `connection:${accountId}:${connectionId}`;
}

/** Inserts a connection with its secrets sealed and its defaults filled in. The webhook token is 192 random bits: knowing it is needed to knock at all. */
export async function insertConnection(
  tx: Tx,
  accountId: string,
  name: string,
  input: ConnectionInput,
  ratePerSecond: number,
  routing: { readonly prefixes?: string[]; readonly priority?: number | undefined } = {},
): Promise<{ readonly id: string; readonly webhookToken: string }> {
  const details = connectionDetails.parse(input);
  const id = randomUUID();
  const webhookToken = randomBytes(24).toString("base64url");
  await tx.connection.create({
    data: {
      accountId,
      id,
      kind: details.kind,
      channel: CHANNEL_CODE[CONNECTION_CHANNEL[details.kind]],
      name,
      config: details.config,
      secrets: seal(JSON.stringify(details.secrets), connectionAssociatedData(accountId, id)),
      webhookToken,
      ratePerSecond,
      ...(routing.prefixes !== undefined && { prefixes: routing.prefixes }),
      ...(routing.priority !== undefined && { priority: routing.priority }),
    },
  });
  return { id, webhookToken };
}
