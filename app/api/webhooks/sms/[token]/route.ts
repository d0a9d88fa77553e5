import { takeWebhook } from "@/lib/server/web/take-webhook";

export const dynamic = "force-dynamic";

export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly token: string }> },
): Promise<Response> {
  return takeWebhook(request, "sms", (await params).token);
}
