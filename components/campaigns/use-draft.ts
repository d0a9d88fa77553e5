"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useAnswer } from "@/lib/client/use-answer";
import type { ClientError } from "@/lib/schemas/action-result";
import type { CampaignDetail, DraftStep, UpdateDraftInput } from "@/lib/schemas/campaigns";
import type { DraftActions } from "./campaign-actions";

/**
 * Saves a draft as it is changed, one save after the other, each on top of the one before. Two windows on one draft end in a
 * conflict that says so, never in a mixture.
 */
export function useDraft(campaign: CampaignDetail, actions: DraftActions) {
  const router = useRouter();
  const answer = useAnswer();
  const updatedAt = useRef(campaign.updatedAt);
  const queue = useRef<Promise<boolean>>(Promise.resolve(true));
  const [pending, setPending] = useState(0);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<ClientError | null>(null);

  useEffect(() => {
    if (Date.parse(campaign.updatedAt) > Date.parse(updatedAt.current)) updatedAt.current = campaign.updatedAt;
  }, [campaign.updatedAt]);

  async function saveNow(change: UpdateDraftInput["change"]): Promise<boolean> {
    setError(null);
    const result = await answer(actions.update({ campaignId: campaign.id, updatedAt: updatedAt.current, change }));
    if (!result.ok) {
      setError(result.error);
      return false;
    }
    updatedAt.current = result.data.updatedAt;
    setSaved(true);
    return true;
  }

  function save(change: UpdateDraftInput["change"]): Promise<boolean> {
    setPending((count) => count + 1);
    queue.current = queue.current.then(() => saveNow(change)).finally(() => setPending((count) => count - 1));
    return queue.current;
  }

  async function goTo(step: DraftStep, change: UpdateDraftInput["change"] = {}) {
    if (!(await save({ ...change, step }))) return;
    router.refresh();
    router.push(`/campaigns/${campaign.id}/edit?step=${step}`);
  }

  /** The other window's state; what was not saved here is given up. */
  function reload() {
    setError(null);
    window.location.reload();
  }

  return { save, goTo, reload, pending: pending > 0, saved, error };
}
