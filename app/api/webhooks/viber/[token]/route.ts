import { MAX_WEBHOOK_BYTES, receiveWebhook } from "@/lib/server/dispatch/receipts/receive-webhook";
import { readLimitedBody } from "@/lib/server/web/read-limited-body";

export const dynamic = "force-dynamic";

export async function POST(
  request: Request,
  { params }: { readonly params: Promise<{ readonly token: string }> },
): Promise<Response> {
  const body = await readLimitedBody(request, MAX_WEBHOOK_BYTES);
  if (body === null) return new Response("too large", { status: 413 });
  const signature = request.headers.get("x-viber-content-signature");
  const { status, text, isJson } = await receiveWebhook({
    kind: "viber",
    ...(await params),
    body,
    signature,
    url: request.url,
  });
  return new Response(text, { status, ...(isJson && { headers: { "content-type": "application/json" } }) });
}
