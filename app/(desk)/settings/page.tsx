import type { Metadata } from "next";
import { getCountries } from "libphonenumber-js";
import { getLocale, getTranslations } from "next-intl/server";
import { AccountForm } from "@/components/settings/account-form";
import { nameOptions, timeZoneOptions } from "@/components/settings/name-options";
import { PageHeader } from "@/components/ui/page-header";
import { loadAccountSettings } from "@/lib/server/accounts/load-account-settings";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings");
  return { title: t("title") };
}

export default async function SettingsPage() {
  const [{ ctx }, t, locale] = await Promise.all([
    pageContext("settings:read"),
    getTranslations("settings"),
    getLocale(),
  ]);
  const settings = await loadAccountSettings(ctx);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <AccountForm
        initial={settings}
        countries={nameOptions(locale, "region", getCountries())}
        currencies={nameOptions(locale, "currency", Intl.supportedValuesOf("currency"))}
        timeZones={timeZoneOptions()}
      />
    </>
  );
}
