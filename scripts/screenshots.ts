/**
 * npm run screenshots: takes the main screens of a stack of its own into docs/screenshots, so that the README stays true. Names are
 * fixed; what moves (caret, motion) is stilled.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureChromium, findChromium } from "./chromium.mjs";
import { startStack } from "./stack.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const OUT = join(root, process.env.SCREENSHOTS_DIR ?? "docs/screenshots");
const PASSWORD = "bridge-demo-2026";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 768, height: 1024 };

type Look = {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  readonly locale?: "en" | "hy" | "ru";
  readonly email?: string;
};

async function main(): Promise<void> {
  await ensureChromium();
  mkdirSync(OUT, { recursive: true });
  const given = process.env.KAMURJ_E2E_URL;
  const stack = given === undefined ? await startStack() : null;
  const url = stack?.url ?? given ?? "";
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: CHROMIUM_FLAGS,
    ...(executablePath === null ? {} : { executablePath }),
  });
  try {
    await takeAll(browser, url, stack?.sandboxUrl ?? process.env.SANDBOX_URL ?? "");
  } finally {
    await browser.close();
    await stack?.stop();
  }
}

async function takeAll(browser: Browser, url: string, sandboxUrl: string): Promise<void> {
  const open = (look: Look = {}) => openSignedIn(browser, url, look);
  const desk = await open();
  await take(desk, "overview-light", "/");
  await take(desk, "reports", "/reports?range=30d");
  await take(desk, "campaigns", "/campaigns");
  await take(desk, "messages", "/messages");
  await takeFirst(desk, "message", "/messages?channel=sms&status=delivered", /^\/messages\/\d+$/);
  await takeFirst(desk, "template-editor", "/templates", /^\/templates\/[0-9a-f-]{36}$/);
  await take(desk, "audiences", "/audiences");
  await take(desk, "connections", "/connections");
  await take(desk, "laboratory", "/laboratory");
  await take(desk, "people", "/people");
  await take(desk, "help", "/help/fallback");
  await take(desk, "api-docs", "/docs");
  const dark = await open({ colorScheme: "dark" });
  await take(dark, "overview-dark", "/");
  await take(dark, "reports-dark", "/reports?range=30d");
  await take(await open({ locale: "hy" }), "overview-armenian", "/");
  await take(await open({ locale: "ru" }), "overview-russian", "/");
  const phone = await open({ viewport: PHONE });
  await take(phone, "overview-phone", "/");
  await take(phone, "messages-phone", "/messages");
  await take(await open({ viewport: NARROW }), "overview-tablet", "/");
  await takeStory(await open({ email: "admin@ani.demo" }));
  await takeSwitch(desk);
  await desk.goto(sandboxUrl);
  await shoot(desk, "sandbox-ledger");
}

/** What to expect stands in the dialog that turns it on, so it is turned off first. */
async function takeSwitch(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("switch").click();
  await page.getByRole("button", { name: "Turn off", exact: true }).click();
  await page.getByRole("heading", { name: "SMS fallback is off" }).waitFor();
  await page.getByRole("switch").and(page.locator(":not([aria-busy])")).click();
  await page.getByText("Cost at today’s prices").waitFor();
  await shoot(page, "switch-dialog");
  await page.getByRole("button", { name: "Turn on", exact: true }).click();
  await page.getByRole("heading", { name: "SMS fallback is on" }).waitFor();
}

/** From the first screen of an empty account to a campaign on its way. */
async function takeStory(page: Page): Promise<void> {
  await take(page, "first-steps", "/");
  await page.goto("/audiences/import");
  await page.getByLabel("Choose a file").first().setInputFiles(join(root, "tests/fixtures/contacts.csv"));
  await page.getByText("How the file reads").waitFor();
  await shoot(page, "import-mapping");
  await page.getByLabel("Name of the audience").fill("Newsletter");
  await page.getByRole("button", { name: /^Import [\d,]+ rows$/ }).click();
  await page.getByRole("link", { name: "Download the report" }).waitFor();
  await shoot(page, "import-result");
  await page.goto("/templates/new");
  await page.getByLabel("Name", { exact: true }).fill("Apricot week");
  await page.getByLabel("Message text").fill("Hello {{first_name|dear customer}}. This week all apricots are 20% off.");
  await page.getByRole("button", { name: "Apricots" }).click();
  await page.getByRole("button", { name: "Add link button" }).click();
  await page.getByLabel("Text on the button").fill("Order");
  await page.getByLabel("Address it opens").fill("https://shop.example/apricots");
  await page.getByRole("button", { name: "Create template" }).click();
  await page.getByRole("button", { name: "Save as version 2" }).waitFor();
  await page.goto("/");
  await page.getByRole("switch").click();
  await page.getByRole("button", { name: "Turn on", exact: true }).click();
  await page.getByRole("heading", { name: "SMS fallback is on" }).waitFor();
  await page.goto("/campaigns/new");
  await page.getByRole("combobox", { name: "Audience" }).click();
  await page.getByRole("option").first().click();
  await page.getByLabel("Name of the campaign").fill("Apricot week, everyone");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/step=message/);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio").nth(1).check();
  await page.getByLabel("Unit").selectOption("seconds");
  await page.getByLabel("Wait before the next channel").fill("10");
  await shoot(page, "campaign-route");
  await page.getByRole("button", { name: "Continue" }).click();
  const send = page.getByRole("button", { name: /^Send to/ });
  await send.waitFor();
  await shoot(page, "campaign-review");
  await send.click();
  await page.waitForURL(/\/campaigns\/[0-9a-f-]{36}$/);
  const fellBack = page.getByRole("group", { name: "Fell back" }).getByRole("link").last();
  // Three figures and no comma: late enough that both reasons to fall back are seen, early enough that it still runs.
  await page.getByText("Fell back after the wait without a delivery").waitFor({ timeout: 120_000 });
  await fellBack.filter({ hasText: /^[2-9]\d\d$/ }).waitFor({ timeout: 60_000 });
  await shoot(page, "campaign-live");
}

async function openSignedIn(browser: Browser, baseURL: string, look: Look): Promise<Page> {
  const context = await browser.newContext({
    baseURL,
    viewport: look.viewport ?? DESK,
    colorScheme: look.colorScheme ?? "light",
    locale: "en-GB",
    timezoneId: "Asia/Yerevan",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByRole("textbox", { name: "Email" }).fill(look.email ?? "admin@ararat.demo");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation", { name: "Main navigation" }).waitFor();
  if (look.locale !== undefined) {
    await context.addCookies([{ name: "kamurj_locale", value: look.locale, url: baseURL }]);
  }
  return page;
}

async function take(page: Page, name: string, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await shoot(page, name);
}

/** Of a list, the first row's own page. */
async function takeFirst(page: Page, name: string, list: string, target: RegExp): Promise<void> {
  await page.goto(list);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const hrefs = await page
    .getByRole("main")
    .getByRole("link")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const first = hrefs.find((href) => target.test(href));
  if (first === undefined) throw new Error(`${list} has no row that leads to ${String(target)}.`);
  await take(page, name, first);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForLoadState("networkidle").catch(() => undefined); // pages that poll are never idle for long
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(OUT, `${name}.png`), animations: "disabled", caret: "hide", timeout: 30_000 });
  process.stdout.write(`  ${name}.png\n`);
}

await main();
