const pollMs = 5;
/** Generous: it only bounds a test that hangs, and machines are busy. */
const boundMs = 20_000;

/** Polls until the probe gives something true; after the bound it throws, naming what was waited for. */
export async function waitUntil<T>(what: string, probe: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + boundMs; Date.now() < deadline;) {
    const found = await probe();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`waited in vain for ${what}`);
}
