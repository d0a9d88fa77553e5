import { MapPinOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "@/components/ui/empty-state";
import { LinkButton } from "@/components/ui/link-button";

export function NotFoundPage() {
  const t = useTranslations("errors.page");
  return (
    <EmptyState
      icon={<MapPinOff />}
      title={<h1 className="text-lg">{t("notFoundTitle")}</h1>}
      text={t("notFoundText")}
      action={<LinkButton href="/">{t("toOverview")}</LinkButton>}
    />
  );
}
