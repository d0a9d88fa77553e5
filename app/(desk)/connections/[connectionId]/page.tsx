import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { EditConnection } from "@/components/connections/edit-connection";
import { AppError } from "@/lib/domain/app-error";
import { connectionIdInput, type ConnectionDraft } from "@/lib/schemas/connection-form";
import { getConnectionDraft } from "@/lib/server/connections/get-connection-draft";
import type { TenantContext } from "@/lib/server/tenant-context";
import { connectionAddresses } from "@/lib/server/web/connection-addresses";
import { pageContext } from "@/lib/server/web/page-session";

type Props = { readonly params: Promise<{ connectionId: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("connections");
  return { title: t("title") };
}

export default async function ConnectionPage({ params }: Props) {
  const { ctx } = await pageContext("connections:write");
  return <EditConnection draft={await findDraft(ctx, await params)} />;
}

async function findDraft(ctx: TenantContext, params: unknown): Promise<ConnectionDraft> {
  const parsed = connectionIdInput.safeParse(params);
  if (!parsed.success) notFound();
  try {
    return await getConnectionDraft(ctx, parsed.data.connectionId, connectionAddresses().webUrl);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
