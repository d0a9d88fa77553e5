"use client";

import { useTranslations } from "next-intl";
import { useState, type FormEvent } from "react";
import { toast } from "sonner";
import { createConnectionAction } from "@/app/(desk)/connections/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { LinkButton } from "@/components/ui/link-button";
import { PageHeader } from "@/components/ui/page-header";
import { RadioCards } from "@/components/ui/radio-cards";
import { useAnswer } from "@/lib/client/use-answer";
import { CONNECTION_CHANNEL, type ConnectionKind } from "@/lib/schemas/connection";
import { createConnectionInput, type CarrierCalls } from "@/lib/schemas/connection-form";
import { ConnectionForm } from "./connection-form";
import { makeVerifyToken, newValues, type FormValues } from "./form-values";
import { isCarrierLocal } from "./is-carrier-local";
import { WebhookPanel } from "./webhook-panel";

const KINDS = Object.keys(CONNECTION_CHANNEL) as ConnectionKind[];
const NOT_CALLED: CarrierCalls = { eventAt: null, verifiedAt: null, refusedAt: null, refused: 0 };

type Stage =
  | { readonly at: "kind" }
  | { readonly at: "details"; readonly initial: FormValues }
  | {
      readonly at: "webhook";
      readonly values: FormValues;
      readonly connectionId: string;
      readonly webhookUrl: string | null;
    };

/** Which kind, then its details, then what to paste at the carrier. */
export function NewConnection() {
  const t = useTranslations("connections");
  const answer = useAnswer();
  const [kind, setKind] = useState<ConnectionKind>("whatsapp_cloud");
  const [stage, setStage] = useState<Stage>({ at: "kind" });

  function choose(event: FormEvent) {
    event.preventDefault();
    setStage({ at: "details", initial: newValues(kind, makeVerifyToken()) });
  }

  return (
    <>
      <PageHeader
        title={t("form.newTitle")}
        crumbs={[{ label: t("title"), href: "/connections" }, { label: t("form.newTitle") }]}
      />
      {stage.at === "kind" ? (
        <Card className="max-w-4xl">
          <form onSubmit={choose} className="flex flex-col gap-4">
            <RadioCards
              legend={t("form.kindLegend")}
              name="kind"
              columns={2}
              value={kind}
              onChange={setKind}
              options={KINDS.map((value) => ({
                value,
                label: t(`kind.${value}`),
                hint: t(`form.kindHint.${value}`),
              }))}
            />
            <div>
              <Button type="submit" variant="primary">
                {t("form.next")}
              </Button>
            </div>
          </form>
        </Card>
      ) : null}
      {stage.at === "details" ? (
        <Card title={t(`kind.${kind}`)} sub={t(`form.kindHint.${kind}`)} className="max-w-4xl">
          <ConnectionForm
            kind={kind}
            initial={stage.initial}
            connectionId={null}
            storedSecrets={[]}
            secretsAt={null}
            schema={createConnectionInput}
            extra={{}}
            saveLabel={t("form.saveNew")}
            onSave={async (input, values) => {
              const result = await answer(createConnectionAction(input));
              if (!result.ok) return result.error;
              toast.success(t("form.created", { name: values.name }));
              setStage({ at: "webhook", values, ...result.data });
              return null;
            }}
            aside={<Button onClick={() => setStage({ at: "kind" })}>{t("form.back")}</Button>}
          />
        </Card>
      ) : null}
      {stage.at === "webhook" ? (
        <Card title={t("form.webhookTitle")} className="max-w-4xl">
          <WebhookPanel
            kind={kind}
            connectionId={stage.connectionId}
            name={stage.values.name}
            webhookUrl={stage.webhookUrl}
            verifyToken={stage.values.fields.verifyToken ?? null}
            calls={NOT_CALLED}
            isCarrierLocal={isCarrierLocal(stage.values.fields.baseUrl)}
          />
          <LinkButton href="/connections" variant="primary" className="mt-4">
            {t("form.done")}
          </LinkButton>
        </Card>
      ) : null}
    </>
  );
}
