"use client";

import { Image as ImageIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card";
import { ChannelBadge } from "@/components/ui/channel-badge";
import { HelpLink } from "@/components/ui/help-link";
import type { MessageDetail, MessagePreview } from "@/lib/schemas/messages";

/** Rendered again from the immutable template version and the values it was sent with. */
export function ArrivedCard({ detail }: { readonly detail: MessageDetail }) {
  const t = useTranslations("messages.arrived");
  if (detail.previews.length === 0) return null;
  const sent = detail.facts.attempts.length > 0;
  return (
    <Card title={sent ? t("title") : t("titleAhead")} {...(detail.covered ? { sub: t("covered") } : {})}>
      <div className="bg-surface-2 flex flex-col gap-3 rounded-2xl p-3.5">
        {detail.previews.map((preview) => (
          <Bubble key={preview.channel} preview={preview} language={detail.template?.language} />
        ))}
      </div>
    </Card>
  );
}

function Bubble({ preview, language }: { readonly preview: MessagePreview; readonly language: string | undefined }) {
  const t = useTranslations("messages.arrived");
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1">
        <ChannelBadge channel={preview.channel} variant="plain" />
      </figcaption>
      <div className="border-line bg-surface max-w-[94%] overflow-hidden rounded-xl rounded-bl-[3px] border">
        {preview.imageUrl === null ? null : (
          <p className="text-text-3 bg-surface-2 border-line flex items-center gap-1.5 border-b px-3 py-2 text-xs [overflow-wrap:anywhere]">
            <ImageIcon aria-hidden className="size-4 shrink-0" />
            {t("picture", { url: preview.imageUrl })}
          </p>
        )}
        <p className="px-3 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]" lang={language?.replace("_", "-")}>
          {preview.text}
        </p>
        {preview.footer === null ? null : <p className="text-text-3 px-3 pb-2 text-xs">{preview.footer}</p>}
        {preview.buttons.map((button) => (
          <p
            key={button.label}
            title={button.kind === "url" ? button.url : undefined}
            className="border-line text-accent border-t px-3 py-1.5 text-center text-sm font-[550]"
          >
            {button.label}
          </p>
        ))}
      </div>
      {preview.sms === null ? null : <SmsFacts sms={preview.sms} />}
    </figure>
  );
}

function SmsFacts({ sms }: { readonly sms: NonNullable<MessagePreview["sms"]> }) {
  const t = useTranslations("messages.arrived");
  const { image, buttons } = sms.lost;
  const lost = image && buttons ? "both" : image ? "image" : buttons ? "buttons" : "none";
  return (
    <p suppressHydrationWarning className="text-text-3 mx-1 mt-1 text-xs">
      {t("segments", { count: sms.parts.length, parts: sms.parts.join(" + "), encoding: sms.encoding })}
      {lost === "none" ? null : ` · ${t("lost", { what: lost })}`}
      <HelpLink topic="segments" label={t("helpSegments")} className="ml-1 align-middle" />
    </p>
  );
}
