import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "./scripts/chromium.mjs";

const executablePath = findChromium();

export default defineConfig({
  testDir: "e2e",
  // One stack, one database: the story's steps build on each other, and two cores run one browser well.
  workers: 1,
  fullyParallel: false,
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
