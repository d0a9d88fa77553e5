"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { editConnectionAction } from "@/app/(desk)/connections/actions";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { useAnswer } from "@/lib/client/use-answer";
import { editConnectionInput, type ConnectionDraft } from "@/lib/schemas/connection-form";
import { ConnectionForm } from "./connection-form";
import { DeleteButton } from "./delete-button";
import { storedValues } from "./form-values";
import { isCarrierLocal } from "./is-carrier-local";
import { WebhookPanel } from "./webhook-panel";

export function EditConnection({ draft }: { readonly draft: ConnectionDraft }) {
  const t = useTranslations("connections");
  const answer = useAnswer();
  const router = useRouter();
  const [verifyToken, setVerifyToken] = useState<string | null>(null);
  const initial = storedValues(draft);
  return (
    <>
      <PageHeader
        title={t("form.editTitle", { name: draft.name })}
        description={t(`kind.${draft.kind}`)}
        crumbs={[{ label: t("title"), href: "/connections" }, { label: draft.name }]}
      />
      <div className="flex max-w-4xl flex-col gap-4">
        {draft.config === null ? <Callout tone="bad">{t("unreadable")}</Callout> : null}
        <Card title={t("form.webhookTitle")}>
          <WebhookPanel
            kind={draft.kind}
            connectionId={draft.id}
            name={draft.name}
            webhookUrl={draft.webhookUrl}
            verifyToken={verifyToken}
            calls={draft.calls}
            isCarrierLocal={isCarrierLocal(initial.fields.baseUrl)}
          />
        </Card>
        <Card>
          {/* Made anew with each version, so that no secret typed stays in it. */}
          <ConnectionForm
            key={draft.version}
            kind={draft.kind}
            initial={initial}
            connectionId={draft.id}
            storedSecrets={draft.storedSecrets}
            secretsAt={draft.secretsAt}
            schema={editConnectionInput}
            extra={{ connectionId: draft.id, version: draft.version }}
            saveLabel={t("form.save")}
            onSave={async (input, values) => {
              const result = await answer(editConnectionAction(input));
              if (!result.ok) return result.error;
              toast.success(t("form.saved", { name: values.name }));
              if (result.data.webhook?.state === "faulty") toast.warning(t("form.notMoved"));
              setVerifyToken(values.fields.verifyToken || null);
              router.refresh();
              return null;
            }}
          />
        </Card>
        <Card title={t("delete.section")} sub={draft.status === "active" ? t("delete.pauseHint") : undefined}>
          <DeleteButton connectionId={draft.id} name={draft.name} />
        </Card>
      </div>
    </>
  );
}
