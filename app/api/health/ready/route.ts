import { checkReadiness } from "@/lib/server/dispatch/check-readiness";

export const dynamic = "force-dynamic";

/** Whether requests can be served and messages are moving; for load balancers and people on call. */
export async function GET(): Promise<Response> {
  const readiness = await checkReadiness();
  return Response.json(readiness, { status: readiness.status === "down" ? 503 : 200 });
}
