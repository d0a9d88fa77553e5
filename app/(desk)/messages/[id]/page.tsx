import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound } from "next/navigation";
import { MessageView } from "@/components/messages/message-view";
import { AppError } from "@/lib/domain/app-error";
import { can } from "@/lib/domain/permissions";
import { messageIdInput, type MessageDetail } from "@/lib/schemas/messages";
import { getMessage } from "@/lib/server/messages/get-message";
import type { TenantContext } from "@/lib/server/tenant-context";
import { pageContext } from "@/lib/server/web/page-session";

type MessagePageProps = { readonly params: Promise<{ readonly id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("messages");
  return { title: t("one.title") };
}

export default async function MessagePage({ params }: MessagePageProps) {
  const { session, ctx } = await pageContext("messages:read");
  const parsed = messageIdInput.safeParse({ id: (await params).id.replace(/^msg_/, "") });
  if (!parsed.success) notFound();
  const detail = await findMessage(ctx, parsed.data.id);
  return <MessageView id={parsed.data.id} initial={detail} seesCampaigns={can(session.role, "campaigns:read")} />;
}

async function findMessage(ctx: TenantContext, id: string): Promise<MessageDetail> {
  try {
    return await getMessage(ctx, { id });
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  }
}
