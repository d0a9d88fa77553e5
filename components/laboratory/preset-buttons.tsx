"use client";

import { Zap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { setPresetAction } from "@/app/(desk)/laboratory/actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useAnswer } from "@/lib/client/use-answer";
import { FAULT_PRESET_NAMES, FAULT_PRESETS, type FaultPreset } from "@/lib/domain/laboratory/vocabulary";
import type { SandboxLink } from "@/lib/schemas/laboratory";

type PresetButtonsProps = { readonly links: readonly SandboxLink[]; readonly onChanged: () => Promise<void> };

/** What people try first, one click each. Those of a channel without a connection are left out. */
export function PresetButtons({ links, onChanged }: PresetButtonsProps) {
  const t = useTranslations("laboratory");
  const answer = useAnswer();
  const [pending, setPending] = useState<FaultPreset | null>(null);
  const isUsable = (name: FaultPreset): boolean => {
    const preset: { readonly kind: string; readonly channel?: string } = FAULT_PRESETS[name];
    const channel = preset.kind === "ids" || preset.kind === "session_drops" ? "sms" : preset.channel;
    return channel === undefined || links.some((link) => link.channel === channel);
  };

  async function set(preset: FaultPreset) {
    setPending(preset);
    const result = await answer(setPresetAction({ preset }));
    setPending(null);
    if (result.ok) toast.success(t("presets.done"));
    else toast.error(result.error.message);
    await onChanged();
  }

  return (
    <Card title={t("presets.title")} sub={t("presets.sub")}>
      <ul className="flex flex-wrap gap-2">
        {FAULT_PRESET_NAMES.filter(isUsable).map((name) => (
          <li key={name}>
            <Button
              size="sm"
              pending={pending === name}
              onClick={() => void set(name)}
              icon={<Zap aria-hidden className="text-accent" />}
            >
              {t(`preset.${name}`)}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
