"use client";

import { useFormatter, useTranslations } from "next-intl";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { CHANNELS } from "@/lib/domain/vocabulary";
import type { AuditRow } from "@/lib/schemas/accounts";

/**
 * The sentence of an audit entry: `audit.action.<action>` filled from its detail. Entries outlive the code that wrote them, so one
 * without a sentence, or whose detail does not fill it, is shown by its bare name and detail.
 */
export function useAuditSentence(): (entry: AuditRow) => string {
  const t = useTranslations("audit.action");
  const tCommon = useTranslations("common");
  const format = useFormatter();
  const readable = (name: string, value: string | number | boolean | null): string | number => {
    if (typeof value === "boolean") return tCommon(value ? "yes" : "no");
    if (value === null) return "–";
    if (/^(role|from|to)$/.test(name) && tCommon.has(`role.${value}`)) return tCommon(`role.${value}` as "role.admin");
    const channel = CHANNELS.find((one) => name === "channel" && one === value);
    if (channel !== undefined) return CHANNEL_NAME[channel];
    if (name === "validFrom" && typeof value === "string") return format.dateTime(new Date(value), "day");
    if (name.endsWith("Micros") && typeof value === "number") {
      return format.number(value / 1_000_000, { maximumFractionDigits: 6 });
    }
    return value;
  };
  return ({ action, subject, target, detail: written }) => {
    // The name written at the time goes before what the thing is called today.
    const detail = { name: subject ?? target, ...written };
    const plain = [action, ...Object.entries(written).map(([name, value]) => `${name}: ${value}`)].join(" · ");
    if (!/^[a-z_]+\.[a-z_]+$/.test(action) || !t.has(action)) return plain;
    const values = Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, readable(name, value)]));
    const asked = [...String(t.raw(action)).matchAll(/\{(\w+)/g)].map((match) => match[1] ?? "");
    return asked.every((name) => name in values) ? t(action, values) : plain;
  };
}
