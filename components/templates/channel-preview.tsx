"use client";

import { ExternalLink, ImageOff, Reply } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, type ReactNode } from "react";
import { CHANNEL_COLOR, CHANNEL_NAME, ChannelMark } from "@/components/ui/channel-mark";
import { cn } from "@/components/ui/cn";
import type { TemplateContent } from "@/lib/domain/template-content";
import { renderForChannel } from "@/lib/domain/template/render";
import type { VariableValues } from "@/lib/domain/template/variables";
import type { Channel } from "@/lib/domain/vocabulary";
import { MarkedText } from "./marked-text";

type ChannelPreviewProps = {
  readonly channel: Channel;
  readonly content: TemplateContent;
  readonly values: VariableValues;
  /** Beside the channel's name: "2 segments", "not on the route". */
  readonly note?: ReactNode;
  readonly faded?: boolean;
  readonly children?: ReactNode;
  readonly className?: string;
};

const NO_OPTIONS = { ttlSeconds: 90, validitySeconds: null };

/** What the recipient sees, roughly as the phone shows it, from the same rules that render the real message. */
export function ChannelPreview(props: ChannelPreviewProps) {
  const t = useTranslations("templates.preview");
  const { channel, content, values, note, faded = false } = props;
  return (
    <figure
      className={cn("bg-surface-2 flex min-w-0 flex-col gap-2 rounded-xl p-3 text-sm", props.className)}
      style={{ ["--channel" as string]: CHANNEL_COLOR[channel] }}
    >
      <figcaption className="flex items-center gap-1.5 text-xs font-[650] text-(--channel)">
        <ChannelMark channel={channel} className="size-2.5" />
        {CHANNEL_NAME[channel]}
        {note ? <span className="text-text-3 font-normal">· {note}</span> : null}
      </figcaption>
      <div
        lang={content.language}
        dir="auto"
        className={cn("border-line bg-surface overflow-hidden rounded-xl border", faded && "border-dashed grayscale")}
      >
        {content.body.trim() === "" && channel !== "sms" ? (
          <p className="text-text-3 px-3 py-2">{t("empty")}</p>
        ) : (
          <Bubble channel={channel} content={content} values={values} />
        )}
      </div>
      {props.children}
    </figure>
  );
}

function Bubble({ channel, content, values }: Pick<ChannelPreviewProps, "channel" | "content" | "values">) {
  const t = useTranslations("templates.preview");
  const { text } = renderForChannel(content, channel, values, NO_OPTIONS);
  if (channel === "sms") {
    return (
      <p className="px-3 py-2">
        {text === "" ? <span className="text-text-3">{t("empty")}</span> : <MarkedText text={text} />}
      </p>
    );
  }
  const { imageUrl } = channel === "whatsapp" ? content.whatsapp : content.viber;
  const buttons =
    channel === "whatsapp" ? content.whatsapp.buttons : content.viber.button === null ? [] : [content.viber.button];
  return (
    <>
      {imageUrl === null || imageUrl === "" ? null : <Picture key={imageUrl} url={imageUrl} />}
      <p className="px-3 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</p>
      {channel === "whatsapp" && content.whatsapp.footer ? (
        <p className="text-text-3 px-3 pb-2 text-xs">{content.whatsapp.footer}</p>
      ) : null}
      {buttons.map((button, index) => (
        <p
          key={index}
          className={cn(
            "flex items-center justify-center gap-1.5 px-3 py-1.5 text-center font-[600]",
            channel === "viber"
              ? "bg-viber text-surface m-2 mt-0 rounded-full"
              : "border-line border-t text-(--channel)",
          )}
        >
          {button.kind === "url" ? (
            <ExternalLink aria-hidden className="size-3.5" />
          ) : (
            <Reply aria-hidden className="size-3.5" />
          )}
          <span className="min-w-0 [overflow-wrap:anywhere]">{button.label === "" ? t("button") : button.label}</span>
        </p>
      ))}
    </>
  );
}

function Picture({ url }: { readonly url: string }) {
  const t = useTranslations("templates.preview");
  const [broken, setBroken] = useState(false);
  if (broken) {
    return (
      <p className="bg-surface-2 text-text-3 flex h-28 flex-col items-center justify-center gap-1 px-3 text-center text-xs">
        <ImageOff aria-hidden className="size-5" />
        {t("pictureBroken")}
      </p>
    );
  }
  return (
    // eslint-disable-next-line @next/next/no-img-element -- any host; shown as the carrier will fetch it
    <img
      src={url}
      alt={t("picture")}
      referrerPolicy="no-referrer"
      onError={() => setBroken(true)}
      className="bg-surface-2 aspect-[1.91/1] w-full object-cover"
    />
  );
}
