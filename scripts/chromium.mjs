import { existsSync } from "node:fs";
import { run, Problem } from "./setup.mjs";

const CANDIDATES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** What Chromium needs on a machine without a display, as root, and without the internet. */
export const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser to test with: KAMURJ_CHROMIUM, one on the machine, or null for Playwright's own. */
export function findChromium() {
  const named = process.env.KAMURJ_CHROMIUM;
  if (named) return named;
  return CANDIDATES.find((path) => existsSync(path)) ?? null;
}

/** Installs Chromium where none is: Debian's package when that is possible, else Playwright's own. */
export async function ensureChromium() {
  if (findChromium() !== null) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
    if (findChromium() !== null) return;
  }
  await run(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"], {
    says: "No Chromium was found, and Playwright could not fetch its own. Install Chromium, or name one in KAMURJ_CHROMIUM.",
  }).catch((error) => {
    throw new Problem(error.message);
  });
}
