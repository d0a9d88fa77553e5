import { FlaskConical } from "lucide-react";
import { useTranslations } from "next-intl";

/** On every page of an account that was made up, so that no figure is taken for a real one. */
export function DemoRibbon() {
  const t = useTranslations("nav");
  return (
    <aside
      aria-label={t("demoLabel")}
      className="bg-accent-soft text-accent border-line flex items-center justify-center gap-2 border-b px-4 py-1 text-center text-xs font-[550]"
    >
      <FlaskConical aria-hidden className="size-3.5 shrink-0" />
      {t("demoData")}
    </aside>
  );
}
