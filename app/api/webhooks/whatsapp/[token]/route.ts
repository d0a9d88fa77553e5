import { answerSubscription } from "@/lib/server/dispatch/receipts/receive-webhook";
import { takeWebhook } from "@/lib/server/web/take-webhook";

export const dynamic = "force-dynamic";

type Params = { readonly params: Promise<{ readonly token: string }> };

export async function POST(request: Request, { params }: Params): Promise<Response> {
  return takeWebhook(request, "whatsapp", (await params).token);
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
