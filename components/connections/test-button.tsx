"use client";

import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { quoteTestAction, sendTestAction } from "@/app/(desk)/connections/actions";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Money } from "@/components/ui/money";
import { useAnswer } from "@/lib/client/use-answer";
import type { ClientError } from "@/lib/schemas/action-result";
import type { ConnectionRow } from "@/lib/schemas/connection-list";
import type { TestQuote } from "@/lib/schemas/connection-test";
import { TestProgress } from "./test-progress";

type TestButtonProps = { readonly connection: ConnectionRow };

/** Number, then price, then the message on its way. */
export function TestButton({ connection }: TestButtonProps) {
  const t = useTranslations("connections.test");
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  return (
    <Dialog
      open={isOpen}
      onOpenChange={setOpen}
      busy={isBusy}
      trigger={
        <Button size="sm" icon={<Send aria-hidden />} aria-label={t("label", { name: connection.name })}>
          {t("action")}
        </Button>
      }
      title={t("title", { name: connection.name })}
      description={t(connection.channel === "whatsapp" ? "textWhatsApp" : "text")}
    >
      {isOpen ? <TestSteps connectionId={connection.id} isBusy={isBusy} onBusy={setBusy} /> : null}
    </Dialog>
  );
}

type TestStepsProps = {
  readonly connectionId: string;
  readonly isBusy: boolean;
  readonly onBusy: (isBusy: boolean) => void;
};

/** Mounted anew with every opening, so that a second test begins with its price again. */
function TestSteps({ connectionId, isBusy, onBusy }: TestStepsProps) {
  const t = useTranslations("connections.test");
  const common = useTranslations("common");
  const answer = useAnswer();
  const [to, setTo] = useState("");
  const [quote, setQuote] = useState<TestQuote | null>(null);
  const [messageId, setMessageId] = useState<string | null>(null);
  const [error, setError] = useState<ClientError | null>(null);

  async function proceed() {
    onBusy(true);
    setError(null);
    if (quote === null) {
      const result = await answer(quoteTestAction({ connectionId, to }));
      if (result.ok) setQuote(result.data);
      else setError(result.error);
    } else {
      const result = await answer(sendTestAction({ connectionId, to }));
      if (result.ok) setMessageId(result.data.messageId);
      else setError(result.error);
    }
    onBusy(false);
  }

  if (messageId !== null) return <TestProgress messageId={messageId} />;
  const atField = error?.fields.to;
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void proceed();
      }}
    >
      {quote === null ? (
        <Field label={t("number")} hint={t("numberHint")} error={atField} required>
          <Input type="tel" autoComplete="tel" value={to} onChange={(event) => setTo(event.target.value)} />
        </Field>
      ) : (
        <p aria-live="polite">
          {quote.priceMicros === null
            ? t("noPrice", { phone: quote.phone })
            : t.rich("price", {
                phone: quote.phone,
                price: () => <Money micros={quote.priceMicros ?? 0} currency={quote.currency} precision="price" />,
              })}
        </p>
      )}
      {error === null || atField !== undefined ? null : <FormError announce>{error.message}</FormError>}
      <div className="flex flex-wrap justify-end gap-2">
        {quote === null ? null : (
          <Button disabled={isBusy} onClick={() => setQuote(null)}>
            {common("back")}
          </Button>
        )}
        <Button type="submit" variant="primary" pending={isBusy}>
          {quote === null ? common("continue") : t("send")}
        </Button>
      </div>
    </form>
  );
}
