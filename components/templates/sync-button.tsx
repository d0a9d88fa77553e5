"use client";

import { RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { useAnswer } from "@/lib/client/use-answer";
import type { ActionResult } from "@/lib/schemas/action-result";
import type { SyncResult } from "@/lib/schemas/whatsapp-templates";

/** Reads the business accounts' templates now, rather than within the hour. */
export function SyncButton({ sync }: { readonly sync: () => Promise<ActionResult<SyncResult>> }) {
  const t = useTranslations("templates.approval");
  const answer = useAnswer();
  const router = useRouter();
  const [pending, setPending] = useState(false);

  async function press() {
    setPending(true);
    const result = await answer(sync());
    setPending(false);
    if (!result.ok) return void toast.error(result.error.message);
    const { read, failed } = result.data;
    if (failed > 0) toast.error(t("syncFailed", { count: failed }));
    else if (read === 0) toast.info(t("syncNone"));
    else toast.success(t("synced"));
    router.refresh();
  }

  return (
    <Button size="sm" icon={<RefreshCw aria-hidden />} pending={pending} onClick={() => void press()}>
      {t("sync")}
    </Button>
  );
}
