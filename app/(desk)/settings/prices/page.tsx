import type { Metadata } from "next";
import { getCountries } from "libphonenumber-js";
import { getLocale, getTranslations } from "next-intl/server";
import { nameOptions } from "@/components/settings/name-options";
import { PriceTable } from "@/components/settings/price-table";
import { AddPriceDialog } from "@/components/settings/add-price-dialog";
import { PageHeader } from "@/components/ui/page-header";
import { can } from "@/lib/domain/permissions";
import { listPrices } from "@/lib/server/accounts/list-prices";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings.prices");
  return { title: t("title") };
}

export default async function PricesPage() {
  const [{ session, ctx }, t, locale] = await Promise.all([
    pageContext("settings:read"),
    getTranslations("settings.prices"),
    getLocale(),
  ]);
  const list = await listPrices(ctx);
  const countries = nameOptions(locale, "region", getCountries());
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          can(session.role, "settings:write") ? (
            <AddPriceDialog
              currency={list.currency}
              today={list.today}
              defaultCountry={session.account.defaultCountry}
              countries={countries}
            />
          ) : undefined
        }
      />
      <PriceTable list={list} countries={countries} />
    </>
  );
}
