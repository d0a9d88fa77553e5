"use client";

import { useLocale, useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { setOwnLanguageAction } from "@/app/(desk)/settings/actions";
import { LANGUAGES } from "@/components/shell/languages";
import { Card } from "@/components/ui/card";
import { RadioCards } from "@/components/ui/radio-cards";
import type { Locale } from "@/lib/domain/vocabulary";

/** Acts at once: the page comes back in the language chosen. */
export function LanguageForm() {
  const t = useTranslations("settings.me");
  const locale = useLocale();
  const [chosen, setChosen] = useState<Locale>(locale);
  const [pending, startTransition] = useTransition();

  function choose(next: Locale) {
    const before = chosen;
    setChosen(next);
    startTransition(async () => {
      const result = await setOwnLanguageAction({ locale: next });
      if (result.ok) return;
      setChosen(before);
      toast.error(result.error.message);
    });
  }

  return (
    <Card title={t("languageTitle")} sub={t("languageSub")} aria-busy={pending}>
      <RadioCards
        legend={t("languageTitle")}
        legendHidden
        name="language"
        columns={3}
        className="max-w-2xl"
        value={chosen}
        options={LANGUAGES.map(({ value, label, lang }) => ({ value, label: <span lang={lang}>{label}</span> }))}
        onChange={choose}
      />
    </Card>
  );
}
