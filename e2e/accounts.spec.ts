import { expect, test } from "@playwright/test";
import { onDatabase } from "./support/on-database";
import { PEOPLE, signInByForm } from "./support/sign-in";
import { openMenu } from "./support/open-menu";

/** No page makes a person a member of two accounts yet, so the database does; the demo is left as it was. */
test.beforeAll(() =>
  onDatabase(
    `INSERT INTO membership (account_id, user_id, role)
       SELECT a.id, u.id, 'admin' FROM account a, app_user u WHERE a.name = 'Ani Travel' AND u.email = $1`,
    [PEOPLE.support],
  ),
);
test.afterAll(() =>
  onDatabase(
    `DELETE FROM membership m USING account a, app_user u
      WHERE m.account_id = a.id AND m.user_id = u.id AND a.name = 'Ani Travel' AND u.email = $1`,
    [PEOPLE.support],
  ),
);

test("a person of two accounts goes from one to the other, with the role each gives, and back", async ({ page }) => {
  await signInByForm(page, PEOPLE.support);
  const navigation = page.getByRole("navigation", { name: "Main navigation" });
  await expect(navigation).toBeVisible();
  await expect(navigation.getByRole("link", { name: "People" })).toHaveCount(0);
  const choose = async (account: string) => {
    await openMenu(page, page.getByRole("button", { name: /^Your menu/ }));
    await page.getByRole("menuitemradio", { name: account }).click();
    await expect(page.getByRole("button", { name: /^Your menu/ })).toContainText(account);
  };
  await choose("Ani Travel");
  await expect(navigation.getByRole("link", { name: "People" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: /^Your menu/ })).toContainText("Ani Travel");
  await choose("Ararat Bank");
  await expect(navigation.getByRole("link", { name: "People" })).toHaveCount(0);
  await page.goto("/people");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
});
