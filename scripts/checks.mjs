/** The floor of everything here; npm's own `engines` only warns. */
export const NODE_FLOOR = [20, 19, 0];

/** null if `version` ("20.19.1") will do, else one sentence. */
export function nodeProblem(version) {
  const have = version.split(".").map(Number);
  for (let i = 0; i < 3; i += 1) {
    if (have[i] > NODE_FLOOR[i]) return null;
    if (have[i] < NODE_FLOOR[i]) {
      return `Kamurj needs Node ${NODE_FLOOR.join(".")} or later, and this is ${version}. Install a newer Node, then run the same command again.`;
    }
  }
  return null;
}

export const DISK_FLOOR_BYTES = 500 * 1024 * 1024;

/** null if there is room to run, else one sentence. */
export function diskProblem(freeBytes, path) {
  if (freeBytes >= DISK_FLOOR_BYTES) return null;
  const megabytes = (bytes) => Math.floor(bytes / 1024 / 1024);
  return `The disk that holds ${path} is full: ${megabytes(freeBytes)} MB are free and Kamurj needs ${megabytes(DISK_FLOOR_BYTES)} MB to start. Free some space, then start again.`;
}

/** null if a port number will do, else one sentence. */
export function portProblem(name, value) {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return null;
  return `${name} is "${value}", which is no port. Use a number from 1 to 65535.`;
}

/** One sentence for a failed connection to DATABASE_URL; never shows the password. */
export function databaseProblem(url, error) {
  let where = "DATABASE_URL";
  try {
    const parsed = new URL(url);
    where = `the database at ${parsed.hostname}:${parsed.port || 5432}${parsed.pathname}`;
  } catch {
    return "DATABASE_URL is not an address such as postgresql://user:password@host:5432/name.";
  }
  const code = error?.code ?? "";
  const reason =
    code === "ECONNREFUSED"
      ? "nothing listens there"
      : code === "ENOTFOUND" || code === "EAI_AGAIN"
        ? "the host name is not known"
        : code === "28P01" || code === "28000"
          ? "it refused the user name or password"
          : code === "3D000"
            ? "there is no database of that name"
            : (error?.message ?? "no answer");
  return `Kamurj could not reach ${where}: ${reason}. Check DATABASE_URL, then start again.`;
}
