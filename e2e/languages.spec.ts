import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { MAIN_PAGES } from "./support/main-pages";
import { addAdmin } from "./support/on-database";
import { openMenu } from "./support/open-menu";
import { signIn } from "./support/sign-in";

type Tree = { readonly [key: string]: Tree | string };

const CATALOGUES = join(import.meta.dirname, "../messages");
const NAMESPACES = readdirSync(join(CATALOGUES, "en")).map((file) => file.replace(/\.json$/, ""));
/** next-intl shows "namespace.path" where a text is missing. */
const MISSING_KEY = new RegExp(`(^|\\s)(${NAMESPACES.join("|")})(\\.[A-Za-z][A-Za-z0-9_-]*)+(?=\\s|$)`, "m");

function catalogue(locale: string, namespace: string): Tree {
  return JSON.parse(readFileSync(join(CATALOGUES, locale, `${namespace}.json`), "utf8")) as Tree;
}

async function chooseLanguage(page: Page, language: string): Promise<void> {
  await openMenu(page, page.getByRole("button", { name: /^(Your menu|Ձեր ցանկը|Ваше меню)/ }));
  await page.getByRole("menuitemradio", { name: language }).click();
  await page.keyboard.press("Escape");
}

/** Of their own: a language is a person's, and other tests read the desk as the demo's admin meanwhile. */
const READER = `reader-${randomUUID()}@ararat.demo`;
test.beforeAll(() => addAdmin(READER));

for (const { locale, language, decimals } of [
  { locale: "hy", language: "Հայերեն", decimals: /\d,\d{2}\s?€/ },
  { locale: "ru", language: "Русский", decimals: /\d,\d{2}\s?€/ },
] as const) {
  test(`in ${language} every main page speaks it, with its dates, numbers and money`, async ({ page }) => {
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (/MISSING_MESSAGE|FORMATTING_ERROR|INVALID_MESSAGE/.test(message.text())) complaints.push(message.text());
    });
    await signIn(page, READER);
    await chooseLanguage(page, language);
    await expect(page.locator("html")).toHaveAttribute("lang", locale);
    const nav = catalogue(locale, "nav");
    const names = ["overview", "campaigns", "messages", "audiences", "templates", "reports", "connections", "people"];
    const navigation = page.getByRole("navigation", { name: String(nav.main) });
    for (const name of names) await expect(navigation.getByRole("link", { name: String(nav[name]) })).toBeVisible();
    // The account's day, as this language writes it.
    const weekday = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "Asia/Yerevan" }).format(new Date());
    await expect(page.getByRole("main").locator("time").first()).toContainText(new RegExp(weekday, "i"));
    await expect(page.getByRole("main")).toContainText(decimals);
    for (const path of [...MAIN_PAGES, "/docs"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", locale);
      expect(await page.getByRole("main").innerText(), path).not.toMatch(MISSING_KEY);
    }
    expect(complaints).toEqual([]);
    await page.goto("/");
    await chooseLanguage(page, "English");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  });
}

test("the sign-in page follows the browser's language until another is chosen", async ({ browser }) => {
  const context = await browser.newContext({ locale: "hy-AM" });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await expect(page.locator("html")).toHaveAttribute("lang", "hy");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(String(catalogue("hy", "auth").title));
  await context.close();
});
