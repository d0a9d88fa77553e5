"use client";

import { FlaskConical } from "lucide-react";
import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { useLaboratory, useRefreshLaboratory } from "@/lib/client/laboratory";
import type { Laboratory } from "@/lib/schemas/laboratory";
import { ActiveFaults } from "./active-faults";
import { FaultForm } from "./fault-form";
import { MagicNumbers } from "./magic-numbers";
import { MixCard } from "./mix-card";
import { PresetButtons } from "./preset-buttons";
import { SandboxLedger } from "./sandbox-ledger";

export function LaboratoryScreen({ initial }: { readonly initial: Laboratory }) {
  const t = useTranslations("laboratory");
  const { data: laboratory, error } = useLaboratory(initial);
  const refresh = useRefreshLaboratory();
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {error === null ? null : (
        <Callout tone="warn" announce className="mb-4">
          {error.message}
        </Callout>
      )}
      {laboratory.state === "none" ? <HowToStart /> : null}
      {laboratory.state === "away" ? (
        <Callout tone="warn" title={t("away.title")}>
          <p>{t("away.text")}</p>
          <CodeBlock text="npm run sandbox" label={t("start.command")} className="mt-2.5" />
        </Callout>
      ) : null}
      {laboratory.state === "open" ? <Open laboratory={laboratory} refresh={refresh} /> : null}
    </>
  );
}

type OpenProps = {
  readonly laboratory: Extract<Laboratory, { state: "open" }>;
  readonly refresh: () => Promise<void>;
};

function Open({ laboratory, refresh }: OpenProps) {
  return (
    // One column reads in another order than two: what to do comes before what has been seen.
    <div className="flex flex-col gap-4.5 xl:grid xl:grid-cols-[1.4fr_1fr] xl:items-start *:min-w-0">
      <div className="contents min-w-0 flex-col gap-4.5 xl:flex">
        <ActiveFaults faults={laboratory.faults} nowMs={laboratory.nowMs} onChanged={refresh} />
        <div className="order-1 xl:order-none">
          <SandboxLedger />
        </div>
      </div>
      <div className="contents min-w-0 flex-col gap-4.5 xl:flex">
        <PresetButtons links={laboratory.links} onChanged={refresh} />
        <FaultForm links={laboratory.links} onChanged={refresh} />
        <div className="order-2 flex flex-col gap-4.5 xl:order-none">
          <MixCard mix={laboratory.mix} links={laboratory.links} onChanged={refresh} />
          <MagicNumbers numbers={laboratory.magicNumbers} />
        </div>
      </div>
    </div>
  );
}

function HowToStart() {
  const t = useTranslations("laboratory");
  return (
    <Card>
      <EmptyState
        icon={<FlaskConical />}
        title={<h2>{t("start.title")}</h2>}
        text={t("start.text")}
        action={<LinkButton href="/connections">{t("start.connections")}</LinkButton>}
      />
      <ol className="text-text-2 mx-auto max-w-[60ch] list-decimal space-y-2 pb-6 pl-5">
        <li>
          {t("start.step1")}
          <CodeBlock text="npm run sandbox" label={t("start.command")} className="mt-1.5" />
        </li>
        <li>
          {t("start.step2")}
          <CodeBlock text="SANDBOX_URL=http://127.0.0.1:4010" label={t("start.setting")} className="mt-1.5" />
        </li>
        <li>{t("start.step3")}</li>
      </ol>
    </Card>
  );
}
