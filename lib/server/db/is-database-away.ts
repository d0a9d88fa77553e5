/** Node's, PostgreSQL's and Prisma's codes for a server that is not there, is starting, or is going. */
const CONNECTION_ERRORS = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "57P01", "57P03", "08006", "08001", "P1001", "P1017"],
]);

/** Whether an error says that the database cannot be reached at the moment: nothing was changed, and trying again later is right. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && CONNECTION_ERRORS.has(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Can't reach database/.test(error.message);
}
