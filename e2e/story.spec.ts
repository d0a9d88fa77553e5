import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { findBarriers } from "./support/find-barriers";
import { readLedger, setScenarios } from "./support/sandbox";
import { PEOPLE, signIn, signInByForm } from "./support/sign-in";

/*
 * The product from the first sign-in of a new account to the switch turned off again, on real parts: the web app, the worker,
 * PostgreSQL, and the carriers of the sandbox over HTTP and SMPP.
 */

const CONTACTS = join(import.meta.dirname, "../tests/fixtures/contacts.csv");
const AUDIENCE = "Spring customers";
const TEMPLATE = "Գարնանային ծիրան";
const CAMPAIGN = "Spring, everyone";
const BODY = "Բարև, {{first_name|հարգելի հաճախորդ}}։ Այս շաբաթ բոլոր ծիրանները 20 տոկոս էժան են։";

/** Of the file; each with a fate of its own at the carriers. */
const NOT_ON_WHATSAPP = "+37477169083";
const SILENT = "+37477170692";
const READS = "+37477178346";

const mainNavigation = (page: Page) => page.getByRole("navigation", { name: "Main navigation" });

async function goTo(page: Page, name: string): Promise<void> {
  await mainNavigation(page).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

async function importContacts(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Import contacts" }).first().click();
  await page.getByLabel("Choose a file").first().setInputFiles(CONTACTS);
  await expect(page.getByText("How the file reads")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "What the column “phone” becomes" })).toHaveValue("phone");
  expect.soft(await findBarriers(page), "import, columns").toEqual([]);
  await page.getByLabel("Name of the audience").fill(AUDIENCE);
  await page.getByRole("button", { name: "Import 5,000 rows" }).click();
  await expect(page.getByText(`4,620 people are now in “${AUDIENCE}”`)).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText("180", { exact: true })).toBeVisible();
  await expect(page.getByText("200", { exact: true })).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the report" }).click(),
  ]);
  const report = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(report[0]).toBe("\ufeffRow,What,Why,Value");
  expect(report.filter((line) => /^\d+,Refused,/.test(line))).toHaveLength(200);
  expect(report.filter((line) => /^\d+,Duplicate,/.test(line))).toHaveLength(180);
}

async function writeTemplate(page: Page): Promise<void> {
  await goTo(page, "Templates");
  await page.getByRole("link", { name: "New template" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(TEMPLATE);
  await page.getByRole("combobox", { name: "Language" }).selectOption("hy");
  await page.getByLabel("Message text").fill(BODY);
  await page.getByRole("button", { name: "Apricots" }).click();
  await page.getByRole("button", { name: "Add link button" }).click();
  await page.getByLabel("Text on the button").fill("Պատվիրել");
  await page.getByLabel("Address it opens").fill("https://shop.example/spring");
  // The SMS follows the text by itself: Armenian letters are Unicode, 70 to a segment, 67 each where there are several.
  await expect(page.getByText("Unicode (UCS-2)")).toBeVisible();
  await expect(page.getByText(/^Left out of the SMS: the picture, the buttons/)).toBeVisible();
  await expect(page.getByRole("complementary").getByText("2 segments")).toBeVisible();
  expect.soft(await findBarriers(page), "template editor").toEqual([]);
  await page.getByRole("button", { name: "Send it under en" }).click();
  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByRole("button", { name: "Save as version 2" })).toBeVisible();
  await expect(page.getByText("It can be sent.")).toBeVisible();
}

async function turnOn(page: Page): Promise<void> {
  await goTo(page, "Overview");
  await page.getByRole("switch", { name: "SMS fallback" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on SMS fallback" });
  await expect(dialog.getByText("No history yet")).toBeVisible();
  await expect(dialog.getByText("No charge for having it on")).toBeVisible();
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByRole("heading", { name: "SMS fallback is on" })).toBeVisible();
  await expect(page.getByText(/Turned on by Մարիամ Հակոբյան/)).toBeVisible();
}

/** @returns the campaign's address */
async function launch(page: Page): Promise<string> {
  await goTo(page, "Campaigns");
  await page.getByRole("link", { name: "New campaign" }).first().click();
  await page.getByRole("combobox", { name: "Audience" }).click();
  await page.getByRole("option", { name: AUDIENCE }).click();
  await page.getByLabel("Name of the campaign").fill(CAMPAIGN);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("combobox", { name: "Template" })).toContainText(TEMPLATE);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("group", { name: "The way each message goes" }).getByRole("radio").nth(1).check();
  await page.getByLabel("Unit").selectOption("seconds");
  await page.getByLabel("Wait before the next channel").fill("10");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("4,620 people, all with valid mobile numbers")).toBeVisible();
  const send = page.getByRole("button", { name: /^Send to 4,620 people · up to €\d/ });
  await expect(send).toBeEnabled();
  expect.soft(await findBarriers(page), "review").toEqual([]);
  await send.click();
  await expect(page).toHaveURL(/\/campaigns\/[0-9a-f-]{36}$/);
  return page.url();
}

const figure = (page: Page, name: string) => page.getByRole("group", { name, exact: true }).getByRole("link").last();
const numberIn = (text: string) => Number(text.replace(/\D/g, ""));

async function watch(page: Page): Promise<void> {
  await expect(page.getByText("Running", { exact: true })).toBeVisible();
  await expect(mainNavigation(page).getByText("1 live")).toBeVisible({ timeout: 120_000 });
  // Live: the figures climb by themselves until everyone has been written to, and some fall back.
  await expect(figure(page, "Sent")).toHaveText("4,620", { timeout: 180_000 });
  const fellBack = async () => numberIn(await figure(page, "Fell back").innerText());
  await expect.poll(fellBack, { timeout: 120_000 }).toBeGreaterThan(200);
  await expect(page.getByText("Fell back at once: cannot be reached there")).toBeVisible();
  await expect(page.getByText("Fell back after the wait without a delivery")).toBeVisible({ timeout: 180_000 });
  expect.soft(await findBarriers(page), "campaign, live").toEqual([]);
}

async function readTheChart(page: Page, campaign: string): Promise<void> {
  await page.goto(`/reports?range=today&campaign=${campaign.split("/").at(-1)}`);
  const chart = page.getByRole("img", { name: /^Fallback rate \d[\d.]*%: [\d,]{3,} of 4,620 recipients/ });
  await expect(chart).toBeVisible();
  const deliveries = page.getByRole("img", { name: /by SMS, of which [1-9][\d,]* after fallback/ });
  await expect(deliveries).toBeVisible();
}

/** @returns the message's address */
async function openMessage(page: Page, written: string): Promise<string> {
  await goTo(page, "Messages");
  const search = page.getByRole("searchbox", { name: "Search by phone number" });
  await search.fill(written);
  await search.press("Enter");
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/messages\/\d+$/);
  return page.url();
}

async function readWhy(page: Page): Promise<string> {
  // In any way people write it: the national number with blanks.
  const address = await openMessage(page, "077 16 90 83");
  const why = page.getByRole("region", { name: "Why SMS?" });
  await expect(why).toContainText(/WhatsApp .*\(code 131026\)/);
  await expect(why).toContainText("SMS fallback is on for the account");
  await expect(why).toContainText(/It went by SMS at \d\d:\d\d:\d\d in \d segments? for €\d/, { timeout: 180_000 });
  await expect(page.getByText(/Decided to fall back/)).toBeVisible();
  await page.getByText(/^Raw payloads? \(\d\)/).click();
  await expect(page.getByText(/131026/).last()).toBeVisible();
  expect.soft(await findBarriers(page), "message").toEqual([]);

  await openMessage(page, SILENT);
  await expect(page.getByRole("region", { name: "Why SMS?" })).toContainText("reported no delivery within 10 s");
  await openMessage(page, READS);
  await expect(page.getByRole("region", { name: "What happened?" })).toContainText(/WhatsApp: sent at/);
  return address;
}

async function turnOff(page: Page): Promise<void> {
  await goTo(page, "Overview");
  await page.getByRole("switch", { name: "SMS fallback" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn off SMS fallback" });
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("heading", { name: "SMS fallback is off" })).toBeVisible();
}

async function seesNothing(page: Page, addresses: readonly string[]): Promise<void> {
  for (const [path, name] of [
    ["/campaigns", CAMPAIGN],
    ["/audiences", AUDIENCE],
    ["/templates", TEMPLATE],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText(name)).toHaveCount(0);
  }
  await page.goto(`/messages?q=${encodeURIComponent(NOT_ON_WHATSAPP)}`);
  await expect(page.getByText("No message fits these filters")).toBeVisible();
  for (const address of addresses) {
    const response = await page.goto(address);
    expect(response?.status(), address).toBe(404);
    await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  }
}

test("from a new account to a campaign that got across, read and explained", async ({ page, browser }) => {
  test.setTimeout(600_000);
  await setScenarios([
    { to: NOT_ON_WHATSAPP, channel: "whatsapp", scenario: "not_on_whatsapp" },
    { to: NOT_ON_WHATSAPP, channel: "sms", scenario: "delivered" },
    { to: SILENT, channel: "whatsapp", scenario: "never" },
    { to: SILENT, channel: "sms", scenario: "delivered" },
    { to: READS, channel: "whatsapp", scenario: "delivered_read" },
  ]);
  await test.step("the first screen of a new account says what comes first", async () => {
    await signInByForm(page, PEOPLE.newcomer);
    await expect(page.getByRole("heading", { name: "First steps" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "SMS fallback is off" })).toBeVisible();
    expect.soft(await findBarriers(page), "first steps").toEqual([]);
  });
  await test.step("contacts come in as the customer's file has them", () => importContacts(page));
  await test.step("a template in Armenian, with a picture, a button and the SMS made of it", () => writeTemplate(page));
  await test.step("the switch is turned on after it said what to expect", () => turnOn(page));
  const campaign = await test.step("a campaign goes out by WhatsApp, then SMS", () => launch(page));
  await test.step("its progress is live", () => watch(page));
  await test.step("the charts show what fell back", () => readTheChart(page, campaign));
  const message = await test.step("one message says why it went by SMS", () => readWhy(page));
  await test.step("the carriers' own ledger agrees: one WhatsApp message, one SMS, no more", async () => {
    const channels = (await readLedger(NOT_ON_WHATSAPP)).map((entry) => entry.channel);
    expect(channels.filter((channel) => channel === "whatsapp")).toHaveLength(1);
    expect((await readLedger(READS)).filter((entry) => entry.channel === "sms")).toEqual([]);
  });
  await test.step("the switch is turned off again", () => turnOff(page));
  await test.step("the other account sees nothing of it", async () => {
    const other = await browser.newContext();
    const theirs = await other.newPage();
    await signIn(theirs, PEOPLE.admin);
    await seesNothing(theirs, [campaign, message]);
    await other.close();
  });
});
