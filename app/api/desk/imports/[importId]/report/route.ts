import { getTranslations } from "next-intl/server";
import { importId } from "@/lib/schemas/audiences-imports";
import { openImportReport } from "@/lib/server/audiences/write-import-report";
import { HTTP_STATUS } from "@/lib/server/web/define-query";
import { requireTenant } from "@/lib/server/web/require-tenant";
import { invalidInput, toClientError } from "@/lib/server/web/to-client-error";

/** The refused and duplicate rows as a CSV to download, in the reader's language. */
export async function GET(
  _request: Request,
  context: { readonly params: Promise<{ readonly importId: string }> },
): Promise<Response> {
  try {
    const ctx = await requireTenant("audiences:read");
    const input = importId.safeParse(await context.params);
    if (!input.success) throw invalidInput(input.error);
    const report = await openImportReport(ctx, input.data.importId, await reportWords());
    return new Response(streamText(report.pieces), {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="report.csv"; filename*=UTF-8''${encodeName(report.fileName)}`,
        "cache-control": "no-store",
      },
    });
  } catch (error) {
    const answer = await toClientError(error);
    return new Response(answer.message, {
      status: HTTP_STATUS[answer.code],
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  }
}

async function reportWords() {
  const t = await getTranslations("imports");
  return {
    columns: [t("report.row"), t("report.what"), t("report.why"), t("report.value")] as const,
    refused: t("report.refused"),
    duplicate: t("report.duplicate"),
    reason: (reason: string) => {
      if (reason.startsWith("line:")) return t("report.sameAs", { line: reason.slice("line:".length) });
      return t.has(`reason.${reason}`) ? t(`reason.${reason}`) : reason;
    },
  };
}

function streamText(pieces: AsyncGenerator<string, void, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return();
    },
  });
}

/** RFC 8187: encodeURIComponent leaves four signs that the header does not allow. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
