import { randomUUID } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";
import { PEOPLE, signIn } from "./support/sign-in";

/** Nobody else writes to it: a fault for it alone disturbs no other test. */
const NUMBER = "+37477300471";

async function makeKey(page: Page): Promise<string> {
  await signIn(page, PEOPLE.admin, "/developers");
  await page.getByRole("button", { name: "New API key" }).click();
  const dialog = page.getByRole("dialog", { name: "New API key" });
  await dialog.getByLabel("Name").fill("Laboratory");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  return (await page.getByLabel("API key", { exact: true }).innerText()).trim();
}

test("Viber is made silent for one number; the message goes on by SMS and says why, and the fault is ended", async ({
  page,
}) => {
  const key = await makeKey(page);
  await page.goto("/laboratory");
  await page.getByLabel("What goes wrong").selectOption({ label: "Scenario for numbers" });
  await page.getByLabel("Scenario", { exact: true }).selectOption({ label: "Taken, then silence" });
  await page.locator("form").getByLabel("Channel").selectOption({ label: "Viber" });
  await page.getByLabel("Only these numbers").fill("12");
  await page.getByRole("button", { name: "Set the fault" }).click();
  await expect(page.getByLabel("Only these numbers")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Only these numbers").fill(NUMBER);
  await page.getByRole("button", { name: "Set the fault" }).click();
  const fault = page.getByRole("listitem").filter({ hasText: NUMBER });
  await expect(fault).toContainText("Scenario: Taken, then silence");

  const sent = await page.request.post("/api/v1/messages", {
    headers: { authorization: `Bearer ${key}`, "idempotency-key": randomUUID() },
    data: {
      ...{ to: NUMBER, route: "viber-sms", category: "utility", fallback: "on", wait_seconds: 5 },
      content: { text: "Your parcel is here." },
    },
  });
  expect(sent.status(), await sent.text()).toBe(202);

  const ledger = page.getByRole("table", { name: "Ledger" });
  await page.getByLabel("A whole number").fill(NUMBER);
  await expect(
    ledger
      .getByRole("row")
      .filter({ hasText: "Taken, then silence" })
      .getByText(/^fault f/),
  ).toBeVisible();
  await expect(ledger.getByRole("row").filter({ hasText: "SMS" })).toBeVisible({ timeout: 30_000 });
  await expect(fault).toContainText("met 1 time");

  await fault.getByRole("button", { name: /^Stop: / }).click();
  await expect(fault.getByText("Over")).toBeVisible();
  await ledger.getByRole("link").last().click();
  await expect(page.getByText("no delivery by Viber within 5", { exact: false }).first()).toBeVisible();
});
