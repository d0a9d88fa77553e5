import { exportInput } from "@/lib/schemas/reports";
import { exportReport } from "@/lib/server/reports/export-report";
import { HTTP_STATUS } from "@/lib/server/web/define-query";
import { requireTenant } from "@/lib/server/web/require-tenant";
import { invalidInput, toClientError } from "@/lib/server/web/to-client-error";

/** Spreadsheets take a file without a byte order mark for Windows-1252, and Armenian names for rubbish. */
const BYTE_ORDER_MARK = "\uFEFF";

export async function GET(request: Request): Promise<Response> {
  try {
    const ctx = await requireTenant("reports:read");
    const parsed = exportInput.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!parsed.success) throw invalidInput(parsed.error);
    const { fileName, csv } = await exportReport(ctx, parsed.data);
    return new Response(BYTE_ORDER_MARK + csv, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${fileName}"`,
        "cache-control": "no-store",
      },
    });
  } catch (error) {
    const answer = await toClientError(error);
    return Response.json({ error: answer }, { status: HTTP_STATUS[answer.code] });
  }
}
