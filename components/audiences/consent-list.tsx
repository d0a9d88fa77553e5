import { useTranslations } from "next-intl";
import { CHANNEL_NAME } from "@/components/ui/channel-mark";
import { LocalTime } from "@/components/ui/local-time";
import type { ConsentView } from "@/lib/schemas/audiences";

/** What a person wrote about being written to, word for word; nothing where they wrote none. */
export function ConsentList({ consents }: { readonly consents: readonly ConsentView[] }) {
  const t = useTranslations("audiences");
  if (consents.length === 0) return null;
  return (
    <section className="border-line mt-4 border-t pt-3">
      <h3 className="text-text-3 mb-2 text-xs font-[550]">{t("consent.title")}</h3>
      <ul className="flex flex-col gap-2 text-sm">
        {consents.map(({ id, wish, text, channel, at }) => (
          <li key={id}>
            <p className="[overflow-wrap:anywhere]">{t(`consent.${wish}`, { text })}</p>
            <p className="text-text-3">
              {channel === null ? null : `${CHANNEL_NAME[channel]}, `}
              <LocalTime at={at} format="full" />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
