import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "./scripts/chromium.mjs";

const executablePath = findChromium();

/** Pages are looked at, in one language or another, and nothing of the account is changed. */
const READING = ["accessibility.spec.ts", "languages.spec.ts", "phone.spec.ts"];
/** The account's switch is turned, and others must see it within a time: nothing else may happen meanwhile. */
const ALONE = ["switch.spec.ts"];

export default defineConfig({
  testDir: "e2e",
  // One stack, one database. Two browsers, which share no person whom a test changes; within each, one test at a time.
  workers: 2,
  fullyParallel: false,
  projects: [
    { name: "reading", testMatch: READING, workers: 1 },
    { name: "writing", testIgnore: [...READING, ...ALONE], workers: 1 },
    { name: "alone", testMatch: ALONE, workers: 1, dependencies: ["reading", "writing"] },
  ],
  retries: 0,
  forbidOnly: process.env.CI === "true",
  // Bounds for what hangs, with room for a machine several times slower than a usual one; no promise about speed.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json", { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? "test-results/e2e.json" }]],
  outputDir: "test-results/e2e",
  use: {
    baseURL: process.env.KAMURJ_E2E_URL ?? "http://localhost:3000",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Asia/Yerevan",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath === null ? {} : { executablePath }) },
  },
});
