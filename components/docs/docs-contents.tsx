import { useTranslations } from "next-intl";
import type { DescribedOperation, DescribedSchema } from "@/lib/schemas/api/describe-document";
import { GUIDE } from "./guide-section";

type DocsContentsProps = {
  readonly operations: readonly DescribedOperation[];
  readonly schemas: readonly DescribedSchema[];
};

export function DocsContents({ operations, schemas }: DocsContentsProps) {
  const t = useTranslations("docs");
  return (
    <nav
      aria-label={t("contents")}
      className="text-sm lg:sticky lg:top-18 lg:max-h-[calc(100dvh-90px)] lg:self-start lg:overflow-y-auto"
    >
      <Group title={t("guideTitle")} items={GUIDE.map((id) => ({ id, label: t(`guide.${id}.title`) }))} />
      <Group
        title={t("reference.title")}
        items={operations.map((one) => ({ id: one.id, label: one.summary }))}
        english
      />
      <Group
        title={t("reference.schemas")}
        items={schemas.map((one) => ({ id: `schema-${one.name}`, label: one.name }))}
        english
      />
    </nav>
  );
}

type GroupProps = {
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly label: string }[];
  readonly english?: boolean;
};

function Group({ title, items, english = false }: GroupProps) {
  return (
    <div className="mb-4">
      <p className="text-text-3 mb-1 text-xs">{title}</p>
      <ul
        className="flex flex-col gap-0.5 max-lg:flex-row max-lg:flex-wrap max-lg:gap-x-3"
        lang={english ? "en" : undefined}
      >
        {items.map((item) => (
          <li key={item.id}>
            <a href={`#${item.id}`} className="text-text-2 hover:text-text no-underline hover:underline">
              {item.label}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
