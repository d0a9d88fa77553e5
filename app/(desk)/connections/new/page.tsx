import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NewConnection } from "@/components/connections/new-connection";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("connections");
  return { title: t("form.newTitle") };
}

export default async function NewConnectionPage() {
  await pageContext("connections:write");
  return <NewConnection />;
}
