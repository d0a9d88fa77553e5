import { useTranslations } from "next-intl";
import { CodeBlock } from "@/components/ui/code-block";
import { fillSnippet, QUICK_START } from "@/lib/schemas/api/quick-start";
import { codeOf } from "./guide-section";

/** The very lines that a test runs; only the address is filled in, key and id are the reader's own. */
export function QuickStart({ baseUrl }: { readonly baseUrl: string }) {
  const t = useTranslations("docs.quickStart");
  const values = { baseUrl, apiKey: t("yourKey"), messageId: t("yourId") };
  return (
    <ol className="mt-3 flex flex-col gap-4">
      {QUICK_START.map((snippet, index) => (
        <li key={snippet.key} className="min-w-0">
          <h3 className="text-base font-[600]">{`${index + 1}. ${t(`steps.${snippet.key}.title`)}`}</h3>
          <p className="text-text-2 mb-2 max-w-[72ch]">{t.rich(`steps.${snippet.key}.text`, { code: codeOf })}</p>
          <CodeBlock text={fillSnippet(snippet, values)} label={t(`steps.${snippet.key}.title`)} />
        </li>
      ))}
    </ol>
  );
}
