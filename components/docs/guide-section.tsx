import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

export const GUIDE = [
  "quick-start",
  "authentication",
  "sending",
  "idempotency",
  "statuses",
  "webhooks",
  "errors",
  "rate-limits",
] as const;
export type GuideTopic = (typeof GUIDE)[number];

type GuideSectionProps = {
  readonly id: GuideTopic;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly children?: ReactNode;
};

const MAX_PARAGRAPHS = 6;

/** Heading and paragraphs from the catalogue, as many as it has. */
export function GuideSection({ id, values = {}, children }: GuideSectionProps) {
  const t = useTranslations(`docs.guide.${id}`);
  const paragraphs = Array.from({ length: MAX_PARAGRAPHS }, (_, i) => `p${i + 1}`).filter((key) => t.has(key));
  return (
    <section aria-labelledby={id} className="border-line mt-8 border-t pt-6">
      <h2 id={id} className="scroll-mt-18 text-xl font-[650] tracking-[-0.015em]">
        {t("title")}
      </h2>
      {paragraphs.map((key) => (
        <p key={key} className="mt-2 max-w-[72ch] text-pretty">
          {t.rich(key, {
            ...values,
            code: codeOf,
            link: (chunks) => (
              <a href="/developers" className="link">
                {chunks}
              </a>
            ),
          })}
        </p>
      ))}
      {children}
    </section>
  );
}

export function codeOf(chunks: ReactNode): ReactNode {
  return (
    <code className="bg-surface-2 rounded-sm px-1 py-0.5 font-mono text-xs [overflow-wrap:anywhere]">{chunks}</code>
  );
}
