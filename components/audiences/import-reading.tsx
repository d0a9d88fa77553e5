"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Callout } from "@/components/ui/callout";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { DELIMITERS, ENCODINGS, type ImportDialect, type ImportPreview } from "@/lib/schemas/audiences-imports";
import type { CountryChoice } from "./import-settings";

const DELIMITER_KEY = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" } as const;

type ImportReadingProps = {
  readonly preview: ImportPreview;
  readonly countries: readonly CountryChoice[];
  readonly onDialect: (dialect: ImportDialect) => void;
  readonly onCountry: (code: string) => void;
};

export function ImportReading({ preview, countries, onDialect, onCountry }: ImportReadingProps) {
  const t = useTranslations("imports");
  const { dialect } = preview;
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={t("reading.encoding")} hint={t("reading.encodingHint")}>
          <Select
            value={dialect.encoding}
            onChange={(event) => {
              const encoding = ENCODINGS.find((known) => known === event.target.value);
              if (encoding !== undefined) onDialect({ ...dialect, encoding });
            }}
          >
            {ENCODINGS.map((encoding) => (
              <option key={encoding} value={encoding}>
                {t(`encoding.${encoding}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("reading.delimiter")}>
          <Select
            value={dialect.delimiter}
            onChange={(event) => {
              const delimiter = DELIMITERS.find((known) => known === event.target.value);
              if (delimiter !== undefined) onDialect({ ...dialect, delimiter });
            }}
          >
            {DELIMITERS.map((delimiter) => (
              <option key={delimiter} value={delimiter}>
                {t(`delimiter.${DELIMITER_KEY[delimiter]}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("reading.country")} hint={t("reading.countryHint")}>
          <Select value={preview.defaultCountry} onChange={(event) => onCountry(event.target.value)}>
            {countries.map((country) => (
              <option key={country.code} value={country.code}>
                {country.name} ({country.callingCode})
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Checkbox
        label={t("reading.header")}
        checked={dialect.hasHeader}
        onChange={(event) => onDialect({ ...dialect, hasHeader: event.target.checked })}
      />
      <CheckedRows preview={preview} />
    </div>
  );
}

function CheckedRows({ preview }: { readonly preview: ImportPreview }) {
  const t = useTranslations("imports");
  const format = useFormatter();
  const { rows, usable } = preview.checked;
  const sentence = t("reading.checked", { rows, usable: format.number(usable) });
  if (rows > 0 && usable * 2 < rows) {
    return (
      <Callout tone="warn" title={sentence} announce>
        {t("reading.checkedFew")}
      </Callout>
    );
  }
  return (
    <p className="text-text-2 text-sm" aria-live="polite">
      {sentence}
    </p>
  );
}
