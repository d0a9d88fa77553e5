"use client";

import { Link2, Reply, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import type { WhatsAppButton } from "@/lib/domain/template-content";
import { TEMPLATE_LIMITS } from "@/lib/domain/template/check-content";

type ButtonFieldsProps<B extends WhatsAppButton> = {
  readonly legend: string;
  readonly buttons: readonly B[];
  readonly onChange: (buttons: readonly B[]) => void;
  readonly most: number;
  readonly labelLimit: number;
  readonly add: { readonly link: () => B; readonly reply?: () => B };
  /** A code may have quick replies but no links. */
  readonly linksAllowed: boolean;
  /** Text of the error at "<path>.<index>.label", already in words. */
  readonly errorAt: (index: number, field: "label" | "url") => string | undefined;
};

export function ButtonFields<B extends WhatsAppButton>(props: ButtonFieldsProps<B>) {
  const t = useTranslations("templates.buttons");
  const { buttons, add } = props;
  const replace = (index: number, button: B) => props.onChange(buttons.map((old, at) => (at === index ? button : old)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-[550]">{props.legend}</legend>
      {buttons.map((button, index) => (
        <div
          key={index}
          className="border-line grid gap-2 rounded-lg border p-3 sm:grid-cols-[1fr_1.4fr_auto] sm:items-start"
        >
          <Field label={button.kind === "url" ? t("label") : t("replyLabel")} error={props.errorAt(index, "label")}>
            <Input
              value={button.label}
              maxLength={props.labelLimit}
              onChange={(event) => replace(index, { ...button, label: event.target.value })}
            />
          </Field>
          {button.kind === "url" ? (
            <Field label={t("url")} hint={t("urlHint")} error={props.errorAt(index, "url")}>
              <Input
                type="url"
                inputMode="url"
                placeholder="https://"
                value={button.url}
                maxLength={TEMPLATE_LIMITS.url}
                onChange={(event) => replace(index, { ...button, url: event.target.value.trim() })}
              />
            </Field>
          ) : (
            <p className="text-text-3 self-center text-xs">{t("replyText")}</p>
          )}
          <IconButton
            label={t("remove")}
            icon={<Trash2 aria-hidden />}
            className="sm:mt-[27px]"
            onClick={() => props.onChange(buttons.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {buttons.length < props.most ? (
        <div className="flex flex-wrap gap-2">
          {props.linksAllowed ? (
            <Button size="sm" icon={<Link2 aria-hidden />} onClick={() => props.onChange([...buttons, add.link()])}>
              {t("addLink")}
            </Button>
          ) : null}
          {add.reply ? (
            <Button
              size="sm"
              icon={<Reply aria-hidden />}
              onClick={() => add.reply && props.onChange([...buttons, add.reply()])}
            >
              {t("addReply")}
            </Button>
          ) : null}
        </div>
      ) : (
        <p className="text-text-3 text-xs">{t("most", { count: props.most })}</p>
      )}
    </fieldset>
  );
}
