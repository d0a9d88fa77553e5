import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { findBarriers } from "./support/find-barriers";
import { PEOPLE, signIn } from "./support/sign-in";

/*
 * A carrier connected by an admin, from the empty form to a link that is known to work. The carrier is the sandbox, which knows the
 * demo account's number; what a person would copy from Meta's pages is read from the file that the sandbox reads.
 */

type Subscriptions = { readonly whatsapp: readonly { readonly phoneNumberId: string; readonly accessToken: string }[] };

function numberAtMeta(): Subscriptions["whatsapp"][number] {
  const file = process.env.SANDBOX_SUBSCRIPTIONS_FILE ?? "";
  const [number] = (JSON.parse(readFileSync(file, "utf8")) as Subscriptions).whatsapp;
  if (number === undefined) throw new Error("The sandbox knows no WhatsApp number.");
  return number;
}

// The second goes on with the connection that the first has made.
test.describe.configure({ mode: "serial" });

const SANDBOX = process.env.SANDBOX_URL ?? "";
const APP_SECRET = "0123456789abcdef0123456789abcdef";
const NAME = "Second number";
const cardOf = (page: Page, name: string) => page.getByRole("listitem").filter({ hasText: name });

async function fillIn(page: Page, token: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(NAME);
  await page.getByLabel("Phone number id").fill(numberAtMeta().phoneNumberId);
  await page.getByLabel("Access token").fill(token);
  await page.getByLabel("App secret").fill(APP_SECRET);
  await page.getByText("More settings").click();
  await page.getByLabel("Carrier's address").fill(SANDBOX);
}

test("an admin connects WhatsApp, is told what is wrong, and knows that it works", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/connections");
  await page.getByRole("link", { name: "Add a connection" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New connection" })).toBeVisible();
  await page.getByRole("radio", { name: /WhatsApp Cloud API/ }).check();
  expect.soft(await findBarriers(page), "the kinds").toEqual([]);
  await page.getByRole("button", { name: "Continue" }).click();

  await page.getByRole("button", { name: "Add the connection" }).click();
  await expect(page.getByText("Copy the whole value: it has at least 16 characters.")).toBeVisible();
  await expect(page.getByText("Copy the id exactly as the carrier shows it", { exact: false })).toBeVisible();
  expect.soft(await findBarriers(page), "the form").toEqual([]);

  await fillIn(page, "an-old-token");
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByRole("alert").getByText("The link does not work yet")).toBeVisible();
  await expect(page.getByText("The carrier does not take the token.", { exact: false })).toBeVisible();
  await page.getByLabel("Access token").fill(numberAtMeta().accessToken);
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByText("The link works")).toBeVisible();

  const verifyToken = await page.getByRole("textbox", { name: "Verify token" }).inputValue();
  await page.getByRole("button", { name: "Add the connection" }).click();
  await expect(page.getByRole("heading", { name: "Tell the carrier where to call" })).toBeVisible();
  const address = await page.getByText(/\/api\/webhooks\/whatsapp\//).innerText();
  await expect(page.getByText(verifyToken)).toBeVisible();
  await expect(page.getByText("No event has come from the carrier so far")).toBeVisible();
  expect.soft(await findBarriers(page), "the webhook").toEqual([]);

  // Meta checks the address as soon as it is pasted there.
  const challenge = { "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": "4711" };
  const answer = await page.request.get(`${new URL(address).pathname}?${new URLSearchParams(challenge)}`);
  expect(await answer.text()).toBe("4711");
  await page.getByRole("link", { name: "Done" }).click();
  const card = cardOf(page, NAME);
  await expect(card.getByText("Standby")).toBeVisible();
  await expect(card.getByText("Address confirmed", { exact: false })).toBeVisible({ timeout: 30_000 });
});

test("a stored secret is never shown, may stay as it is, and what is in use cannot be deleted", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/connections");
  const card = cardOf(page, NAME);
  await card.getByRole("button", { name: `Check ${NAME}` }).click();
  await expect(card.getByText("The link works")).toBeVisible();
  await card.getByRole("link", { name: `Edit ${NAME}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Edit ${NAME}` })).toBeVisible();
  await expect(page.getByLabel("Access token")).toHaveValue("");
  expect(await page.content()).not.toContain(numberAtMeta().accessToken);
  expect(await page.content()).not.toContain(APP_SECRET);
  await page.getByLabel("Name", { exact: true }).fill(`${NAME}, renamed`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Edit ${NAME}, renamed` })).toBeVisible();
  await page.getByRole("button", { name: "Check" }).click();
  await expect(page.getByText("The link works")).toBeVisible();
  await page.getByRole("button", { name: /^Delete/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByText("Pause the connection first.", { exact: false })).toBeVisible();
});

test("an admin says which numbers go which way, and in which order, and tries a number", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/connections");
  await page.getByRole("link", { name: `Edit ${NAME}` }).click();
  const numbers = page.getByLabel("Numbers it serves");
  await numbers.fill("077");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Write country codes", { exact: false })).toBeVisible();
  await numbers.fill("+995, 00995");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(numbers).toHaveValue("+995");

  await page.goto("/connections");
  const routing = page.getByRole("region", { name: "Which way WhatsApp goes" });
  await expect(routing.getByText(`Numbers beginning with +995 go by ${NAME}`, { exact: false })).toBeVisible();
  await routing.getByLabel("Which way would a number go?").fill("+995 555 123456");
  await expect(routing.getByText(`By ${NAME}, renamed, then by`, { exact: false })).toBeVisible();
  await routing.getByRole("button", { name: `Ask ${NAME}, renamed earlier` }).click();
  await expect(routing.getByRole("listitem").first()).toContainText(NAME);
  expect.soft(await findBarriers(page), "the order").toEqual([]);
});

test("a test says its price before it is sent, and is then followed until it has arrived", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/connections");
  await page
    .getByRole("button", { name: /^Send a test by SMS/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Your mobile number").fill("+374 77 000002");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByText(/One message to .* Price: /)).toBeVisible();
  expect.soft(await findBarriers(page), "the price").toEqual([]);
  await dialog.getByRole("button", { name: "Send the test" }).click();
  await expect(dialog.getByRole("status")).toContainText("Delivered", { timeout: 60_000 });
  await expect(dialog.getByRole("link", { name: "Open the message" })).toBeVisible();
});

test("who may not change connections is offered nothing to change", async ({ page }) => {
  await signIn(page, PEOPLE.marketer, "/connections");
  await expect(page.getByRole("heading", { level: 1, name: "Connections" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Add a connection" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Edit/ })).toHaveCount(0);
  await page.goto("/connections/new");
  await expect(page.getByRole("button", { name: "Continue" })).toHaveCount(0);
});
