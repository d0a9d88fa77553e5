import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LaboratoryScreen } from "@/components/laboratory/laboratory-screen";
import { readLaboratory } from "@/lib/server/laboratory/read-laboratory";
import { registerWithSandbox } from "@/lib/server/laboratory/register-with-sandbox";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("laboratory");
  return { title: t("title") };
}

export default async function LaboratoryPage() {
  const { ctx } = await pageContext("laboratory:use");
  const addresses = connectionAddresses();
  // A sandbox that was away when a connection was added hears of it here.
  await registerWithSandbox(ctx, addresses);
  return <LaboratoryScreen initial={await readLaboratory(ctx, addresses.sandboxUrl)} />;
}
