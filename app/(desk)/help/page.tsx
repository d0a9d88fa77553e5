import { ChevronRight } from "lucide-react";
import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import Link from "next/link";
import { HELP_TOPICS, readHelpText } from "@/components/help/help-text";
import { PageHeader } from "@/components/ui/page-header";
import { loadMessages } from "@/i18n/load-messages";
import type { Locale } from "@/lib/domain/vocabulary";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("help");
  return { title: t("title") };
}

export default async function HelpPage() {
  const [t, locale] = await Promise.all([getTranslations("help"), getLocale()]);
  const { help = {} } = await loadMessages(locale as Locale);
  return (
    <>
      <PageHeader title={t("title")} description={t("lead")} />
      <ul className="border-line bg-surface shadow-card divide-line max-w-3xl divide-y rounded-[var(--radius)] border">
        {HELP_TOPICS.map((topic) => {
          const { title, summary } = readHelpText(help, topic);
          return (
            <li key={topic}>
              <Link
                href={`/help/${topic}`}
                className="hover:bg-surface-2 flex items-center gap-4 px-5 py-4 no-underline"
              >
                <span className="min-w-0 flex-1">
                  <span className="text-text block font-semibold">{title}</span>
                  <span className="text-text-2 block text-sm">{summary}</span>
                </span>
                <ChevronRight aria-hidden className="text-text-3 size-4 shrink-0" />
              </Link>
            </li>
          );
        })}
      </ul>
    </>
  );
}
