import { randomUUID } from "node:crypto";
import { expect, test, type Browser, type Page } from "@playwright/test";
import { PEOPLE, signIn, signInByForm, signOut } from "./support/sign-in";
import { openMenu } from "./support/open-menu";

const EVERYONE = ["Overview", "Messages", "Templates", "Reports", "Help"];
const NAVIGATION = {
  admin: [...EVERYONE, "Campaigns", "Audiences", "Connections", "API keys", "Failure laboratory", "People", "Settings"],
  marketer: [...EVERYONE, "Campaigns", "Audiences", "Connections"],
  support: [...EVERYONE, "Campaigns", "Audiences"],
  developer: [...EVERYONE, "Connections", "API keys", "Failure laboratory"],
} as const;

const FORBIDDEN = {
  marketer: ["/people", "/settings", "/settings/audit", "/settings/prices", "/developers", "/laboratory"],
  support: [
    "/people",
    "/settings",
    "/connections",
    "/developers",
    "/campaigns/new",
    "/templates/new",
    "/audiences/import",
    "/laboratory",
  ],
  developer: ["/campaigns", "/campaigns/new", "/audiences", "/people", "/settings", "/templates/new"],
} as const;

const QUERIES = { "/api/desk/people": "people", "/api/desk/connections": "connections" } as const;

for (const role of ["admin", "marketer", "support", "developer"] as const) {
  test(`a ${role} finds in the navigation what the role may open, and nothing else`, async ({ page }) => {
    await signIn(page, PEOPLE[role]);
    const links = page.getByRole("navigation", { name: "Main navigation" }).getByRole("link");
    const names = await links.allInnerTexts();
    // A note such as "2 live" may stand behind the name.
    expect(names.map((name) => name.split("\n")[0]).sort()).toEqual([...NAVIGATION[role]].sort());
  });
}

for (const role of ["marketer", "support", "developer"] as const) {
  test(`pages that a ${role} may not open do not exist for that role`, async ({ page }) => {
    await signIn(page, PEOPLE[role]);
    for (const path of FORBIDDEN[role]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { name: "There is no such page" }), path).toBeVisible();
    }
  });
}

test("the server refuses what the page would not offer", async ({ page }) => {
  await signIn(page, PEOPLE.support);
  for (const path of Object.keys(QUERIES)) {
    const answer = await page.request.get(path);
    expect(answer.status(), path).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: "forbidden" } });
  }
});

test("without a session every page leads to the sign-in, and every query is refused", async ({ page }) => {
  for (const path of ["/", "/messages", "/settings/audit"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/sign-in/);
  }
  expect((await page.request.get("/api/desk/messages")).status()).toBe(401);
});

test("signing out ends the session for every tab of it", async ({ page }) => {
  await signIn(page, PEOPLE.support);
  const second = await page.context().newPage();
  await second.goto("/messages");
  await expect(second.getByRole("heading", { level: 1, name: "Messages" })).toBeVisible();
  await signOut(page);
  await second.reload();
  await expect(second).toHaveURL(/\/sign-in/);
});

test("a cookie kept from before signing out is worth nothing", async ({ page }) => {
  await signIn(page, PEOPLE.support);
  const kept = await page.context().cookies();
  await signOut(page);
  await page.context().addCookies(kept);
  await page.goto("/messages");
  await expect(page).toHaveURL(/\/sign-in/);
});

test.describe("a person whom an admin adds", () => {
  const person = { name: "Լիլիթ Պետրոսյան", email: `lilit-${randomUUID()}@ararat.demo`, password: "a long password 1" };

  async function openAs(browser: Browser, email: string, password?: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await signIn(page, email, "/", ...(password === undefined ? [] : [password]));
    return page;
  }

  async function chooseFor(admin: Page, deed: string): Promise<void> {
    const actions = admin.getByRole("row", { name: person.email }).getByRole("button", { name: /^Actions/ });
    await openMenu(admin, actions);
    await admin.getByRole("menuitem", { name: deed }).click();
  }

  test("loses the old role, and then the sign-in, at once", async ({ browser }) => {
    const admin = await openAs(browser, PEOPLE.admin);
    await admin.goto("/people");
    await admin.getByRole("button", { name: "Add a person" }).click();
    const dialog = admin.getByRole("dialog", { name: "Add a person" });
    await dialog.getByLabel("Name", { exact: true }).fill(person.name);
    await dialog.getByLabel("Email").fill(person.email);
    await dialog.getByRole("radio", { name: "Marketing manager" }).check();
    await dialog.getByLabel("First password").fill(person.password);
    await dialog.getByRole("button", { name: "Add a person" }).click();
    await expect(admin.getByText(`${person.name} can sign in now.`)).toBeVisible();

    const theirs = await openAs(browser, person.email, person.password);
    await theirs.goto("/templates/new");
    await expect(theirs.getByRole("button", { name: "Create template" })).toBeVisible();

    await chooseFor(admin, "Change the role");
    const change = admin.getByRole("dialog");
    await change.getByRole("radio", { name: "Support" }).check();
    await change.getByRole("button", { name: "Change the role" }).click();
    await expect(change).toBeHidden();
    await theirs.reload();
    await expect(theirs.getByRole("button", { name: "Create template" })).toHaveCount(0);

    await signIn(theirs, person.email, "/", person.password);
    await theirs.goto("/templates/new");
    await expect(theirs.getByRole("heading", { name: "There is no such page" })).toBeVisible();

    await chooseFor(admin, "Turn off the sign-in");
    await admin.getByRole("dialog").getByRole("button", { name: "Turn off the sign-in" }).click();
    await expect(admin.getByRole("dialog")).toBeHidden();
    await theirs.goto("/messages");
    await expect(theirs).toHaveURL(/\/sign-in/);
    await signInByForm(theirs, person.email, person.password);
    await expect(theirs.getByText("This sign-in is turned off.", { exact: false })).toBeVisible();
    await Promise.all([admin, theirs].map((page) => page.context().close()));
  });
});
