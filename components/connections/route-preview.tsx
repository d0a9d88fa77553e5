"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { chooseConnection } from "@/lib/domain/routing/choose-connection";
import { readNumberPrefix } from "@/lib/domain/routing/number-prefix";
import { orderConnections } from "@/lib/domain/routing/order-connections";
import type { ConnectionRow } from "@/lib/schemas/connection-list";

/** Which way a number would go, by the rules that dispatch goes by. */
export function RoutePreview({ connections }: { readonly connections: readonly ConnectionRow[] }) {
  const t = useTranslations("connections.routing");
  const tErrors = useTranslations("errors");
  const [typed, setTyped] = useState("");
  const digits = typed.trim() === "" ? null : readNumberPrefix(typed);
  // The first digits may still become a country's code.
  const isWrong = digits === null && typed.replace(/\D/g, "").length > 3;
  return (
    <div>
      <Field label={t("try")} error={isWrong ? tErrors("field.phone") : undefined}>
        <Input
          type="tel"
          autoComplete="off"
          placeholder="+374 77 123456"
          className="max-w-72"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <div aria-live="polite" className="mt-2 min-h-6">
        {digits === null ? null : <Ways order={orderConnections(connections, `+${digits}`)} />}
      </div>
    </div>
  );
}

function Ways({ order }: { readonly order: readonly ConnectionRow[] }) {
  const t = useTranslations("connections.routing");
  const chosen = chooseConnection(order, stateOf, []);
  if (chosen === null) return <p className="text-bad font-[550]">{t("nobody")}</p>;
  const names = order.reduce((before, { name }) => (before === "" ? name : t("thenBy", { before, name })), "");
  const isFirst = chosen.id === order[0]?.id;
  return (
    <p className="[overflow-wrap:anywhere]">
      {t("way", { names })}
      {isFirst ? null : <span className="text-warn block text-sm">{t("now", { name: chosen.name })}</span>}
    </p>
  );
}

function stateOf({ breaker }: ConnectionRow) {
  if (breaker === null) return "closed";
  return breaker.state === "resting" ? "open" : "half_open";
}
