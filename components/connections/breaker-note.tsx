"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { retryConnectionAction } from "@/app/(desk)/connections/actions";
import { useCarrierSentence } from "@/components/reports/use-carrier-sentence";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { LocalTime } from "@/components/ui/local-time";
import { TimeAgo } from "@/components/ui/time-ago";
import { useAnswer } from "@/lib/client/use-answer";
import type { ConnectionRow } from "@/lib/schemas/connection-list";

type BreakerNoteProps = {
  readonly connection: ConnectionRow;
  readonly mayChange: boolean;
  readonly onChanged: () => Promise<void>;
};

/** Why nothing is sent by it at the moment, until when, and the way to try at once. */
export function BreakerNote({ connection, mayChange, onChanged }: BreakerNoteProps) {
  const t = useTranslations("connections");
  const sentence = useCarrierSentence();
  const answer = useAnswer();
  const { breaker, name, id } = connection;
  if (breaker === null) return null;
  const { state, untilIso, sinceIso, code } = breaker;
  const isResting = state === "resting";

  async function tryNow() {
    const result = await answer(retryConnectionAction({ connectionId: id }));
    if (!result.ok) return void toast.error(result.error.message);
    toast.success(t("triedNow", { name }));
    await onChanged();
  }

  return (
    <Callout
      tone={isResting ? "bad" : "warn"}
      className="mb-3"
      title={
        isResting ? t.rich("breakerTitle", { time: () => <LocalTime at={untilIso} format="time" /> }) : t("tryingTitle")
      }
      actions={
        isResting && mayChange ? (
          <Button size="sm" onClick={() => void tryNow()}>
            {t("tryNow")}
          </Button>
        ) : undefined
      }
    >
      {code === null ? null : `${sentence(connection.channel, code)} `}
      {sinceIso === null ? null : <>{t.rich("breakerSince", { time: () => <TimeAgo at={sinceIso} /> })} </>}
      {isResting ? t("breakerText") : null}
      {code === null ? null : <code className="text-text-2 ml-1 font-mono text-xs">{code}</code>}
    </Callout>
  );
}
