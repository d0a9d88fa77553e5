import { useFormatter, useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { HelpLink } from "@/components/ui/help-link";
import { measureSms } from "@/lib/domain/sms/segments";
import { useOutgoingSms } from "./sms-encoding";
import { suggestPlainCharacters } from "./suggest-plain-characters";

const SHOWN = 24;

type SmsCounterProps = {
  /** As the recipient of the sample gets it. */
  readonly text: string;
  /** The text that is edited, variables still in it; offers to replace typographic signs in it. */
  readonly source?: string;
  readonly onReplace?: (plain: string) => void;
};

/** Encoding, characters, segments, what is left, and which characters cost so much. */
export function SmsCounter({ text, source, onReplace }: SmsCounterProps) {
  const t = useTranslations("templates.sms");
  const format = useFormatter();
  const outgoing = useOutgoingSms()(text);
  const info = measureSms(outgoing);
  const suggestion = suggestPlainCharacters(outgoing);
  const plainSource = source === undefined ? null : replaceAll(source, suggestion?.replaced ?? []);
  return (
    <div className="flex flex-col gap-2">
      <dl className="text-text-2 tabular flex flex-wrap gap-x-4 gap-y-1 text-xs">
        <Fact term={t("encoding")} value={info.encoding === "gsm7" ? "GSM-7" : "Unicode (UCS-2)"} />
        <Fact term={t("characters")} value={format.number(info.characters)} />
        <Fact
          term={t("segments")}
          value={format.number(info.segments)}
          aside={<HelpLink topic="segments" label={t("segmentsHelp")} />}
        />
        <Fact term={t("left")} value={t("leftOf", { left: info.unitsLeft, size: info.unitsPerSegment })} />
      </dl>
      {info.unicodeCharacters.length > 0 ? (
        <p className="text-text-3 text-xs">
          {t("unicodeBecause", { count: info.unicodeCharacters.length })}{" "}
          <span className="inline-flex flex-wrap gap-1">
            {info.unicodeCharacters.slice(0, SHOWN).map((character) => (
              <mark key={character} className="bg-warn-soft text-warn rounded-[3px] px-1">
                {visible(character)}
              </mark>
            ))}
          </span>
          {info.unicodeCharacters.length > SHOWN
            ? ` ${t("andMore", { count: info.unicodeCharacters.length - SHOWN })}`
            : null}
        </p>
      ) : null}
      {outgoing === text ? null : <p className="text-text-3 text-xs">{t("smart")}</p>}
      {suggestion ? (
        <Callout
          tone="accent"
          title={t("plainTitle", { before: suggestion.segmentsBefore, after: suggestion.segmentsAfter })}
          actions={
            onReplace && plainSource !== null ? (
              <Button size="sm" onClick={() => onReplace(plainSource)}>
                {t("plainReplace")}
              </Button>
            ) : undefined
          }
        >
          {t("plainText")}{" "}
          {suggestion.replaced.map(({ from, to }) => `${visible(from)} → ${to === "" ? "∅" : visible(to)}`).join(", ")}
        </Callout>
      ) : null}
    </div>
  );
}

type FactProps = { readonly term: string; readonly value: string; readonly aside?: React.ReactNode };

function Fact({ term, value, aside }: FactProps) {
  return (
    <div className="flex items-center gap-1">
      <dt>{term}</dt>
      <dd className="text-text flex items-center gap-1 font-[600]">
        {value}
        {aside}
      </dd>
    </div>
  );
}

function replaceAll(text: string, replaced: readonly { readonly from: string; readonly to: string }[]): string {
  return replaced.reduce((done, { from, to }) => done.replaceAll(from, to), text);
}

/** Blanks and invisible signs by their code point, so that they can be seen and named. */
function visible(character: string): string {
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return character;
  return [...character]
    .map((char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`)
    .join(" ");
}
