import { Download, Megaphone, UsersRound } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { DataTable } from "@/components/ui/data-table";
import { LinkButton } from "@/components/ui/link-button";
import { StatTile } from "@/components/ui/stat-tile";
import type { ImportView } from "@/lib/schemas/audiences-imports";

export function ImportResult({ view }: { readonly view: ImportView }) {
  const t = useTranslations("imports");
  const format = useFormatter();
  const people = view.imported + view.updated;
  const audienceHref = `/audiences/${view.audienceId ?? ""}`;
  return (
    <div className="flex flex-col gap-4">
      <Callout
        tone={people === 0 ? "warn" : "ok"}
        title={t("result.title", { people, audience: view.audienceName ?? "" })}
        announce
        actions={
          <>
            <LinkButton href={audienceHref} icon={<UsersRound aria-hidden />}>
              {t("result.openAudience")}
            </LinkButton>
            <LinkButton
              href={`/campaigns/new?audience=${view.audienceId ?? ""}`}
              variant="primary"
              icon={<Megaphone aria-hidden />}
            >
              {t("result.newCampaign")}
            </LinkButton>
          </>
        }
      >
        {t("result.sum", { rows: view.totalRows })}
      </Callout>
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <StatTile label={t("result.imported")} value={format.number(view.imported)} sub={t("result.importedSub")} />
        <StatTile label={t("result.updated")} value={format.number(view.updated)} sub={t("result.updatedSub")} />
        <StatTile
          label={t("result.duplicates")}
          value={format.number(view.duplicates)}
          sub={t("result.duplicatesSub")}
        />
        <StatTile label={t("result.refused")} value={format.number(view.refused)} sub={t("result.refusedSub")} />
      </div>
      {view.refused + view.duplicates === 0 ? null : <LeftOut view={view} />}
    </div>
  );
}

function LeftOut({ view }: { readonly view: ImportView }) {
  const t = useTranslations("imports");
  const format = useFormatter();
  return (
    <Card
      title={t("result.leftOut")}
      sub={t("result.leftOutSub")}
      padding={view.refused === 0 ? "normal" : "none"}
      actions={
        <LinkButton
          href={`/api/desk/imports/${view.id}/report`}
          prefetch={false}
          download
          icon={<Download aria-hidden />}
        >
          {t("result.report")}
        </LinkButton>
      }
    >
      {view.refused === 0 ? null : (
        <DataTable
          caption={t("result.leftOut")}
          rows={view.refusedByReason}
          rowKey={(row) => row.reason}
          columns={[
            {
              key: "reason",
              header: t("result.reason"),
              cell: (row) => (
                <>
                  {t.has(`reason.${row.reason}`) ? t(`reason.${row.reason}`) : row.reason}
                  {t.has(`advice.${row.reason}`) ? (
                    <span className="text-text-3 block text-xs font-normal">{t(`advice.${row.reason}`)}</span>
                  ) : null}
                </>
              ),
            },
            { key: "count", header: t("result.count"), numeric: true, cell: (row) => format.number(row.count) },
          ]}
        />
      )}
    </Card>
  );
}
