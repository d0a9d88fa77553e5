import { expect, test, type Page } from "@playwright/test";
import { findBarriers } from "./support/find-barriers";
import { MAIN_PAGES } from "./support/main-pages";
import { PEOPLE, signIn } from "./support/sign-in";
import { openMenu } from "./support/open-menu";

async function hasNoBarrier(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await findBarriers(page)).toEqual([]);
}

// A test for each page: each has a time of its own, and names itself where it fails.
for (const path of ["/sign-in", "/docs"]) {
  test(`${path}, open to everyone, has no accessibility finding, in light and dark`, async ({ page }) => {
    await page.goto(path);
    await hasNoBarrier(page);
  });
}

for (const path of MAIN_PAGES) {
  test(`${path} has no accessibility finding, in light and dark`, async ({ page }) => {
    await signIn(page, PEOPLE.admin, path);
    await hasNoBarrier(page);
  });
}

test("the menus and dialogs that open over a page have none either", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  await openMenu(page, page.getByRole("button", { name: /^Your menu/ }));
  await expect(page.getByRole("menu")).toBeVisible();
  expect.soft(await findBarriers(page), "menu").toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("switch", { name: "SMS fallback" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect.soft(await findBarriers(page), "switch").toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
  expect.soft(await findBarriers(page), "palette").toEqual([]);
});
