import { readUpload } from "@/lib/server/audiences/read-upload";
import { uploadImport } from "@/lib/server/audiences/upload-import";
import { HTTP_STATUS, requireSameOrigin } from "@/lib/server/web/define-query";
import { requireTenant } from "@/lib/server/web/require-tenant";
import { toClientError } from "@/lib/server/web/to-client-error";

/**
 * Takes in a file of contacts: the body is the file as it is, `fileName` in the query its name. A server action would not do: its
 * bodies are small, and it shows no progress.
 */
export async function POST(request: Request): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    requireSameOrigin(request);
    const ctx = await requireTenant("audiences:write");
    const bytes = await readUpload(request.body, declaredLength(request));
    const fileName = new URL(request.url).searchParams.get("fileName") ?? "";
    return Response.json({ data: await uploadImport(ctx, { fileName, bytes }) }, { status: 201, headers });
  } catch (error) {
    const answer = await toClientError(error);
    return Response.json({ error: answer }, { status: HTTP_STATUS[answer.code], headers });
  }
}

function declaredLength(request: Request): number | null {
  const length = request.headers.get("content-length");
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : null;
}
