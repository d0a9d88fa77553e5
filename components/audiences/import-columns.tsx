"use client";

import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "@/components/ui/cn";
import { FormError } from "@/components/ui/form-error";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { attributeSlug, FIXED_TARGETS, type ColumnTarget } from "@/lib/domain/contacts-file/guess-mapping";
import { isAttributeName, type ImportPreview, type PreviewPhone } from "@/lib/schemas/audiences-imports";

const ATTRIBUTE = "attribute:";

type ImportColumnsProps = {
  readonly preview: ImportPreview;
  readonly columns: readonly ColumnTarget[];
  readonly isLoading: boolean;
  readonly onColumn: (index: number, target: ColumnTarget) => void;
  readonly error: string | null;
};

/** The first rows as the file has them; above each column what becomes of it, before each row how its number reads. */
export function ImportColumns({ preview, columns, isLoading, onColumn, error }: ImportColumnsProps) {
  const t = useTranslations("imports");
  return (
    <>
      {error === null ? null : (
        <FormError announce className="px-4 pb-2 sm:px-5">
          {error}
        </FormError>
      )}
      <div
        role="region"
        aria-label={t("columns.title")}
        tabIndex={0}
        aria-busy={isLoading}
        className={cn("overflow-x-auto overscroll-x-contain transition-opacity", isLoading && "opacity-60")}
      >
        <table className="w-full border-collapse text-sm">
          <caption className="sr-only">{t("columns.caption")}</caption>
          <thead>
            <tr>
              <th
                scope="col"
                className="border-line text-text-3 border-b py-2 pr-3 pl-4 text-left align-bottom text-xs font-[500] whitespace-nowrap sm:pl-5"
              >
                {t("columns.reads")}
              </th>
              {columns.map((target, index) => (
                <ColumnHead
                  // Columns have no identity but their place.
                  key={index}
                  header={preview.columns[index]?.header ?? ""}
                  index={index}
                  target={target}
                  onChange={(next) => onColumn(index, next)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row) => (
              <tr key={row.line} className="border-line border-b last:border-b-0">
                <th scope="row" className="py-2 pr-3 pl-4 text-left align-middle font-normal whitespace-nowrap sm:pl-5">
                  <PhoneReading phone={row.phone} />
                </th>
                {columns.map((target, index) => (
                  <td
                    key={index}
                    className={cn("max-w-60 truncate px-2 py-2 align-middle", target === "ignore" && "text-text-3")}
                    title={row.cells[index]}
                  >
                    {row.cells[index]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

type ColumnHeadProps = {
  readonly header: string;
  readonly index: number;
  readonly target: ColumnTarget;
  readonly onChange: (target: ColumnTarget) => void;
};

function ColumnHead({ header, index, target, onChange }: ColumnHeadProps) {
  const t = useTranslations("imports");
  const name = header.trim() === "" ? t("columns.number", { number: index + 1 }) : header;
  const isAttribute = target.startsWith(ATTRIBUTE);
  const attribute = isAttribute ? target.slice(ATTRIBUTE.length) : "";

  function choose(value: string) {
    const fixed = FIXED_TARGETS.find((known) => known === value);
    if (fixed !== undefined) onChange(fixed);
    else onChange(value === "ignore" ? "ignore" : `${ATTRIBUTE}${suggestName(header, index)}`);
  }

  return (
    <th scope="col" className="border-line min-w-40 border-b px-2 py-2 text-left align-top font-normal">
      <span className="mb-1 block max-w-60 truncate font-[600]" title={name}>
        {name}
      </span>
      <Select
        size="sm"
        aria-label={t("columns.becomes", { column: name })}
        value={isAttribute ? "attribute" : target}
        onChange={(event) => choose(event.target.value)}
      >
        {[...FIXED_TARGETS, "attribute", "ignore"].map((option) => (
          <option key={option} value={option}>
            {t(`columnTarget.${option}`)}
          </option>
        ))}
      </Select>
      {isAttribute ? (
        <Input
          aria-label={t("columns.variable", { column: name })}
          aria-invalid={!isAttributeName(attribute)}
          value={attribute}
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange(`${ATTRIBUTE}${event.target.value.replaceAll(" ", "_")}`)}
          className="mt-1.5 h-8 text-sm"
        />
      ) : null}
    </th>
  );
}

function suggestName(header: string, index: number): string {
  const slug = attributeSlug(header);
  return isAttributeName(slug) ? slug : `column_${index + 1}`;
}

function PhoneReading({ phone }: { readonly phone: PreviewPhone }) {
  const t = useTranslations("imports");
  return phone.ok ? (
    <span className="text-ok tabular flex items-center gap-1.5">
      <CircleCheck aria-hidden className="size-4 shrink-0" />
      {phone.phone}
    </span>
  ) : (
    <span className="text-bad flex items-center gap-1.5">
      <CircleAlert aria-hidden className="size-4 shrink-0" />
      {t.has(`reason.${phone.reason}`) ? t(`reason.${phone.reason}`) : phone.reason}
    </span>
  );
}
