import { randomUUID } from "node:crypto";
import { CHANNEL_CODE, type Channel } from "../../lib/domain/vocabulary";
import type { RollupKind } from "../../lib/domain/reports/rates";
import type { TestAccount, TestDatabase } from "./harness";

export type RollupFixture = {
  readonly hour: Date;
  readonly kind: RollupKind;
  readonly channel: Channel;
  readonly n: number;
  readonly step?: number;
  readonly campaignId?: string;
  readonly country?: string;
  readonly code?: string;
  readonly segments?: number;
  readonly costMicros?: number;
  /** Appended but not folded yet: readers must count it all the same. */
  readonly delta?: boolean;
};

/** Rows of the rollups as the dispatch service writes them. */
export async function writeRollup(
  database: TestDatabase,
  account: TestAccount,
  fixtures: readonly RollupFixture[],
): Promise<void> {
  for (const one of fixtures) {
    const hour = new Date(Math.floor(one.hour.getTime() / 3_600_000) * 3_600_000);
    await database.sql.query(
      `INSERT INTO ${one.delta ? "rollup_delta" : "rollup_hour"}
         (account_id, hour, campaign_id, channel, step, country, kind, code, n, segments, cost_micros)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        account.accountId,
        hour,
        one.campaignId ?? "00000000-0000-0000-0000-000000000000",
        CHANNEL_CODE[one.channel],
        one.step ?? 0,
        one.country ?? "AM",
        one.kind,
        one.code ?? "",
        one.n,
        one.segments ?? 0,
        one.costMicros ?? 0,
      ],
    );
  }
}

/** A launched campaign with the template and audience it needs. */
export async function writeCampaign(
  database: TestDatabase,
  account: TestAccount,
  fields: { readonly name: string; readonly status?: string; readonly launchedAt?: Date | null },
): Promise<string> {
  const { accountId } = account;
  const [templateId, audienceId, id] = [randomUUID(), randomUUID(), randomUUID()];
  const more = { category: "marketing", language: "en" };
  await database.db.template.create({
    data: { accountId, id: templateId, name: `Template ${templateId}`, currentVersion: 1, ...more },
  });
  await database.db.templateVersion.create({ data: { accountId, templateId, version: 1, content: {} } });
  await database.db.audience.create({ data: { accountId, id: audienceId, name: `Audience ${audienceId}` } });
  await database.db.campaign.create({
    data: {
      accountId,
      id,
      name: fields.name,
      status: fields.status ?? "running",
      category: "marketing",
      templateId,
      templateVersion: 1,
      audienceId,
      route: "whatsapp-sms",
      waitS: 90,
      launchedAt: fields.launchedAt === undefined ? new Date() : fields.launchedAt,
    },
  });
  return id;
}
