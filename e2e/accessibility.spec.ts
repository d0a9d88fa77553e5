import { expect, test } from "@playwright/test";
import { findBarriers } from "./support/find-barriers";
import { MAIN_PAGES } from "./support/main-pages";
import { PEOPLE, signIn } from "./support/sign-in";
import { openMenu } from "./support/open-menu";

test("the sign-in page and the API documentation have no accessibility finding, in light and dark", async ({
  page,
}) => {
  for (const path of ["/sign-in", "/docs"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect.soft(await findBarriers(page), path).toEqual([]);
  }
});

test("no page of the desk has an accessibility finding, in light and dark", async ({ page }) => {
  test.setTimeout(300_000);
  await signIn(page, PEOPLE.admin);
  for (const path of MAIN_PAGES) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect.soft(await findBarriers(page), path).toEqual([]);
  }
});

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
