/** Node's, PostgreSQL's and Prisma's codes for a server that is not there, is starting, or is going. */
const CONNECTION_ERRORS = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"],
  ...["25P03", "57P01", "57P02", "57P03"],
  ...["08000", "08001", "08003", "08004", "08006", "P1001", "P1002", "P1008", "P1017"],
]);

/** Whether an error says that the database cannot be reached at the moment: nothing was changed, and trying again later is right. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && CONNECTION_ERRORS.has(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Can't reach database/.test(
    error.message,
  );
}
