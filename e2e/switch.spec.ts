import { expect, test, type Browser, type Page } from "@playwright/test";
import { PEOPLE, signIn } from "./support/sign-in";

/** The promise to everyone of the account, from the commit on. Painting comes on top, and takes what it takes on this machine. */
const SEEN_WITHIN_MS = 2_000;

async function openAs(browser: Browser, email: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, email);
  return page;
}

const toggleOf = (page: Page) => page.getByRole("switch", { name: "SMS fallback" });
const stateOf = (page: Page, state: "on" | "off") => page.getByRole("heading", { name: `SMS fallback is ${state}` });

async function press(page: Page, to: "on" | "off"): Promise<void> {
  await toggleOf(page).click();
  await page
    .getByRole("dialog", { name: `Turn ${to} SMS fallback` })
    .getByRole("button", { name: `Turn ${to}`, exact: true })
    .click();
}

/** Whatever earlier tests left, and whichever way it stands. */
async function bringTo(page: Page, state: "on" | "off"): Promise<void> {
  if ((await toggleOf(page).getAttribute("aria-checked")) !== String(state === "on")) await press(page, state);
  await expect(stateOf(page, state)).toBeVisible();
  await expect(toggleOf(page)).not.toHaveAttribute("aria-busy", "true");
}

/** How long this machine takes to show the page: a yardstick for what it takes to show a change of it. */
async function timeReload(page: Page): Promise<number> {
  const startedAt = performance.now();
  await page.reload();
  await expect(stateOf(page, "on")).toBeVisible();
  return Math.max(500, performance.now() - startedAt);
}

test("a flip is seen by everyone of the account within 2 s, without a reload", async ({ browser }) => {
  const [admin, other, support] = await Promise.all([
    openAs(browser, PEOPLE.admin),
    openAs(browser, PEOPLE.admin),
    openAs(browser, PEOPLE.support),
  ]);
  await bringTo(admin, "on");
  const paintMs = await timeReload(other);
  for (const state of ["off", "on"] as const) {
    const committed = admin.waitForResponse((response) => response.request().method() === "POST");
    await press(admin, state);
    await committed;
    await Promise.all(
      [other, support].map((page) => expect(stateOf(page, state)).toBeVisible({ timeout: SEEN_WITHIN_MS + paintMs })),
    );
    await expect(toggleOf(other)).toHaveAttribute("aria-checked", String(state === "on"));
  }
  await expect(other.getByText(/Turned on by Անի Սարգսյան/)).toBeVisible();
  await Promise.all([admin, other, support].map((page) => page.context().close()));
});

test("before it is turned on, it says what to expect and that having it on costs nothing", async ({ browser }) => {
  const admin = await openAs(browser, PEOPLE.admin);
  await bringTo(admin, "off");
  await toggleOf(admin).click();
  const dialog = admin.getByRole("dialog", { name: "Turn on SMS fallback" });
  await expect(dialog.getByText("No charge for having it on")).toBeVisible();
  await expect(dialog.getByText(/Cost at today’s prices|No history yet/)).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(stateOf(admin, "off")).toBeVisible();
  await bringTo(admin, "on");
  await admin.context().close();
});

test("a flip that fails is taken back, with the reason", async ({ browser }) => {
  const admin = await openAs(browser, PEOPLE.admin);
  await bringTo(admin, "on");
  await admin.route("**/*", (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
  await press(admin, "off");
  await expect(admin.getByText("The switch was not changed")).toBeVisible();
  await expect(admin.getByText("The server did not answer.", { exact: false })).toBeVisible();
  await expect(stateOf(admin, "on")).toBeVisible();
  await admin.unrouteAll();
  await admin.reload();
  await expect(stateOf(admin, "on")).toBeVisible();
  await admin.context().close();
});

for (const role of ["marketer", "support", "developer"] as const) {
  test(`a ${role} sees the state and whom to ask, and no button`, async ({ page }) => {
    await signIn(page, PEOPLE[role]);
    await expect(page.getByRole("heading", { name: /^SMS fallback is (on|off)/ })).toBeVisible();
    await expect(page.getByRole("switch")).toHaveCount(0);
    await expect(page.getByText(/ask Անի Սարգսյան/)).toBeVisible();
  });
}

test("each flip stands in the audit log with who and when", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  await bringTo(page, "off");
  await bringTo(page, "on");
  await page.goto("/settings/audit");
  const newest = page.getByRole("row").nth(1);
  await expect(newest).toContainText("SMS fallback was turned on");
  await expect(newest).toContainText("Անի Սարգսյան");
});
