import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { notFound } from "next/navigation";
import { HELP_TOPICS, readHelpText, type HelpText, type HelpTopic } from "@/components/help/help-text";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { loadMessages } from "@/i18n/load-messages";
import type { Locale } from "@/lib/domain/vocabulary";

type Props = { readonly params: Promise<{ topic: string }> };

async function findText(topic: string): Promise<HelpText> {
  if (!(HELP_TOPICS as readonly string[]).includes(topic)) notFound();
  const { help = {} } = await loadMessages((await getLocale()) as Locale);
  return readHelpText(help, topic as HelpTopic);
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await findText((await params).topic)).title };
}

export default async function HelpTopicPage({ params }: Props) {
  const text = await findText((await params).topic);
  const t = await getTranslations("help");
  return (
    <>
      <PageHeader title={text.title} description={text.summary} crumbs={[{ label: t("title"), href: "/help" }]} />
      <div className="max-w-3xl">
        <Card>
          <div className="text-md flex flex-col gap-6 leading-relaxed">
            {text.sections.map((section) => (
              <section key={section.key} className="flex flex-col gap-2">
                <h2 className="text-text text-md font-semibold">{section.heading}</h2>
                {section.paragraphs.map((paragraph) => (
                  <p key={paragraph} className="text-text-2">
                    {paragraph}
                  </p>
                ))}
                {section.items.length > 0 && (
                  <ul className="text-text-2 marker:text-accent-2 flex list-disc flex-col gap-1.5 pl-5">
                    {section.items.map((item) => (
                      <li key={item}>{item}</li>
                    ))}
                  </ul>
                )}
              </section>
            ))}
          </div>
        </Card>
      </div>
    </>
  );
}
