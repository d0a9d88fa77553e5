"use client";

import { useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { CopyButton } from "@/components/ui/copy-button";
import { isLoopbackHost } from "@/lib/domain/connection/loopback";
import type { ConnectionKind } from "@/lib/schemas/connection";
import type { CarrierCalls } from "@/lib/schemas/connection-form";
import { RegisterWebhook } from "./register-webhook";
import { CallsNote } from "./calls-note";

type WebhookPanelProps = {
  readonly kind: ConnectionKind;
  readonly connectionId: string;
  readonly name: string;
  readonly webhookUrl: string | null;
  /** Just set, and shown this once. */
  readonly verifyToken: string | null;
  readonly calls: CarrierCalls;
  /** The carrier is on this machine too. */
  readonly isCarrierLocal: boolean;
};

/** What has to be pasted at the carrier, and whether it has called since. */
export function WebhookPanel({
  kind,
  connectionId,
  name,
  webhookUrl,
  verifyToken,
  calls,
  isCarrierLocal,
}: WebhookPanelProps) {
  const t = useTranslations("connections");
  if (webhookUrl === null || kind === "smpp") return <p className="text-text-2">{t("form.smppReceipts")}</p>;
  const isUnreachable = !isCarrierLocal && isLoopbackHost(new URL(webhookUrl).hostname);
  return (
    <div className="flex flex-col gap-3">
      <p className="text-text-2 max-w-[80ch]">{t(`form.webhook.${kind}`)}</p>
      {isUnreachable ? <Callout tone="warn">{t("form.local")}</Callout> : null}
      <Pasted label={t("webhook")} text={webhookUrl} what={t("webhookOf", { name })} />
      {kind !== "whatsapp_cloud" ? null : verifyToken === null ? (
        <p className="text-text-3 text-sm">{t("form.verifyLost")}</p>
      ) : (
        <>
          <Pasted label={t("form.verifyTitle")} text={verifyToken} what={t("form.verifyTitle")} />
          <p className="text-text-3 text-sm">{t("form.verifyOnce")}</p>
        </>
      )}
      {kind === "viber_bot" ? <RegisterWebhook connectionId={connectionId} /> : null}
      <p className="text-sm">
        <CallsNote calls={calls} />
      </p>
    </div>
  );
}

function Pasted({ label, text, what }: { readonly label: string; readonly text: string; readonly what: string }) {
  return (
    <div>
      <p className="text-text-2 text-xs font-[550]">{label}</p>
      <div className="flex items-center gap-2">
        <code className="text-text min-w-0 font-mono text-xs [overflow-wrap:anywhere]">{text}</code>
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}
