export const dynamic = "force-dynamic";

/** The process answers. Says nothing of the database: restarting us would not bring that back. */
export function GET(): Response {
  return Response.json({ status: "ok" });
}
