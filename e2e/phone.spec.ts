import { expect, test } from "@playwright/test";
import { MAIN_PAGES } from "./support/main-pages";
import { PEOPLE, signIn } from "./support/sign-in";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("no main page scrolls sideways on a phone", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  for (const path of [...MAIN_PAGES, "/docs"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const widths = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      window: document.documentElement.clientWidth,
    }));
    expect(widths.content, path).toBeLessThanOrEqual(widths.window);
  }
});

test("the bar at the bottom leads to the first pages, and More to the others", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  const bar = page.getByRole("navigation", { name: "Main navigation" });
  await bar.getByRole("link", { name: "Messages" }).click();
  await expect(page).toHaveURL(/\/messages$/);
  await expect(bar.getByRole("link", { name: "Messages" })).toHaveAttribute("aria-current", "page");
  await bar.getByRole("button", { name: "More" }).click();
  await page.getByRole("dialog", { name: "More" }).getByRole("link", { name: "Reports" }).click();
  await expect(page).toHaveURL(/\/reports$/);
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("the switch can be turned with a thumb: its dialog stands at the bottom, buttons across", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  const toggle = page.getByRole("switch", { name: "SMS fallback" });
  const isOn = (await toggle.getAttribute("aria-checked")) === "true";
  await toggle.click();
  const dialog = page.getByRole("dialog", { name: isOn ? "Turn off SMS fallback" : "Turn on SMS fallback" });
  const button = dialog.getByRole("button", { name: isOn ? "Turn off" : "Turn on", exact: true });
  await expect(button).toBeInViewport();
  const box = await button.boundingBox();
  expect(box?.height ?? 0).toBeGreaterThanOrEqual(36);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(toggle).toHaveAttribute("aria-checked", String(isOn));
});
