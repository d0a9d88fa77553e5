import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConnectionsScreen } from "@/components/connections/connections-screen";
import { can } from "@/lib/domain/permissions";
import { listConnections } from "@/lib/server/connections/list-connections";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("connections");
  return { title: t("title") };
}

export default async function ConnectionsPage() {
  const { session, ctx } = await pageContext("connections:read");
  return (
    <ConnectionsScreen
      initial={await listConnections(ctx, connectionAddresses())}
      mayChange={can(session.role, "connections:write")}
    />
  );
}
