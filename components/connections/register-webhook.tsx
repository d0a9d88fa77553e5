"use client";

import { Webhook } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { registerViberWebhookAction } from "@/app/(desk)/connections/actions";
import { Button } from "@/components/ui/button";
import { useAnswer } from "@/lib/client/use-answer";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import { VerdictNote } from "./verdict-note";

/** The carrier is told where to call, without anything to paste. */
export function RegisterWebhook({ connectionId }: { readonly connectionId: string }) {
  const t = useTranslations("connections.form");
  const answer = useAnswer();
  const [isPending, setPending] = useState(false);
  const [verdict, setVerdict] = useState<LinkVerdict | null>(null);

  async function register() {
    setPending(true);
    setVerdict(null);
    const result = await answer(registerViberWebhookAction({ connectionId }));
    setPending(false);
    if (!result.ok) return void toast.error(result.error.message);
    if (result.data.state === "faulty") return setVerdict(result.data);
    toast.success(t("registered"));
  }

  return (
    <div className="flex flex-col items-start gap-3">
      <Button variant="primary" icon={<Webhook aria-hidden />} pending={isPending} onClick={() => void register()}>
        {t("register")}
      </Button>
      {verdict === null ? null : <VerdictNote verdict={verdict} />}
    </div>
  );
}
