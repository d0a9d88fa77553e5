import { answerSubscription, MAX_WEBHOOK_BYTES, receiveWebhook } from "@/lib/server/dispatch/receipts/receive-webhook";
import { readLimitedBody } from "@/lib/server/web/read-limited-body";

export const dynamic = "force-dynamic";

type Params = { readonly params: Promise<{ readonly token: string }> };

export async function POST(request: Request, { params }: Params): Promise<Response> {
  const body = await readLimitedBody(request, MAX_WEBHOOK_BYTES);
  if (body === null) return new Response("too large", { status: 413 });
  const signature = request.headers.get("x-hub-signature-256");
  const { status, text } = await receiveWebhook({
    kind: "whatsapp",
    ...(await params),
    body,
    signature,
    url: request.url,
  });
  return new Response(text, { status });
}

export async function GET(request: Request, { params }: Params): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const { status, text } = await answerSubscription((await params).token, {
    mode: query.get("hub.mode"),
    verifyToken: query.get("hub.verify_token"),
    challenge: query.get("hub.challenge"),
  });
  return new Response(text, { status, headers: { "content-type": "text/plain" } });
}
