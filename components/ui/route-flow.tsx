import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { ROUTES, type RouteKey } from "@/lib/domain/vocabulary";
import { ChannelBadge } from "./channel-badge";
import { cn } from "./cn";

type RouteFlowProps = { readonly route: RouteKey; readonly className?: string };

/** "Viber → SMS" in one line; the arrow is read as "then". */
export function RouteFlow({ route, className }: RouteFlowProps) {
  const t = useTranslations("common");
  return (
    <span className={cn("inline-flex flex-wrap items-center gap-1.5", className)}>
      {ROUTES[route].map((channel, step) => (
        <span key={channel} className="inline-flex items-center gap-1.5">
          {step === 0 ? null : (
            <>
              <ArrowRight aria-hidden className="text-text-3 size-3.5" />
              <span className="sr-only">{t("then")}</span>
            </>
          )}
          <ChannelBadge channel={channel} variant="plain" />
        </span>
      ))}
    </span>
  );
}
