import { expect, type Locator, type Page } from "@playwright/test";

/** Opens a menu. A click that comes before the page is interactive does nothing, so it is made again, as a person would. */
export async function openMenu(page: Page, trigger: Locator): Promise<void> {
  const menu = page.getByRole("menu");
  await expect(async () => {
    if (!(await menu.isVisible())) await trigger.click({ timeout: 2_000 });
    await expect(menu).toBeVisible({ timeout: 1_000 });
  }).toPass();
}
