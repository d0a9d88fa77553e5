import { webhookAddress } from "@/lib/server/connections/webhook-address";
import { MAX_WEBHOOK_BYTES, receiveWebhook } from "@/lib/server/dispatch/receipts/receive-webhook";
import { env } from "@/lib/server/env";
import { readLimitedBody } from "@/lib/server/web/read-limited-body";

export const dynamic = "force-dynamic";

export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly token: string }> },
): Promise<Response> {
  const body = await readLimitedBody(request, MAX_WEBHOOK_BYTES);
  if (body === null) return new Response("too large", { status: 413 });
  const { token } = await params;
  const signature = request.headers.get("x-twilio-signature");
  // The provider signed the address that it was given, whatever proxies have made of it since.
  const address = webhookAddress("http_sms", token, env().NEXTAUTH_URL) ?? "";
  const url = address + new URL(request.url).search;
  const { status, text } = await receiveWebhook({ kind: "sms", token, body, signature, url });
  return new Response(text, { status });
}
