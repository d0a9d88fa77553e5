import { randomUUID } from "node:crypto";
import { expect, test, type Page } from "@playwright/test";
import { PEOPLE, signIn, signInByForm } from "./support/sign-in";
import { openMenu } from "./support/open-menu";

const SCRIPT = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;
/** Arabic, and the sign that turns the direction of everything after it. */
const RIGHT_TO_LEFT = "\u202Eمرحبا evil.exe";
const MARK = "REPLACED-ON-ITS-WAY";

/** What the page sends is changed on its way, as by someone with a tool instead of a browser. */
async function sendInstead(page: Page, replacement: string): Promise<void> {
  await page.route("**/*", (route) => {
    const body = route.request().postData();
    if (route.request().method() !== "POST" || !body?.includes(MARK)) return route.fallback();
    return route.fallback({ postData: body.replaceAll(MARK, replacement) });
  });
}

async function isUnhurt(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
}

test("the sign-in says what is missing or wrong, and survives what is sent instead", async ({ page }) => {
  await page.goto("/sign-in");
  const button = page.getByRole("button", { name: "Sign in", exact: true });
  await button.click();
  await expect(page.getByText("Enter both the email and the password.")).toBeVisible();
  const address = `${randomUUID()}@nobody.example`;
  for (const [email, password] of [
    [address, "wrong"],
    [`${SCRIPT}@x.example`, SCRIPT],
    [RIGHT_TO_LEFT, "x".repeat(1_000)],
    ["'; DROP TABLE app_user;--", "' OR 1=1 --"],
  ] as const) {
    await signInByForm(page, email, password);
    await expect(page.getByText("The email or the password is not right.", { exact: false })).toBeVisible();
  }
  await isUnhurt(page);
  await page.route("**/api/auth/callback/credentials*", (route) =>
    route.fallback({ postData: (route.request().postData() ?? "").replace(MARK, "%00%00") }),
  );
  await signInByForm(page, `${MARK}@x.example`, MARK);
  await expect(page.getByText("The email or the password is not right.", { exact: false })).toBeVisible();
});

test("too many wrong passwords close the sign-in for a while, and say for how long", async ({ page }) => {
  const address = `${randomUUID()}@nobody.example`;
  await page.goto("/sign-in");
  const throttled = page.getByText(/Too many tries. Sign-in opens again in \d+ seconds?\./);
  for (let tries = 0; tries < 12 && !(await throttled.isVisible()); tries += 1) {
    await page.getByRole("textbox", { name: "Email" }).fill(address);
    await page.getByRole("textbox", { name: "Password" }).fill(`wrong ${tries}`);
    const answered = page.waitForResponse((response) => response.url().includes("/callback/credentials"));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await answered;
    await expect(page.getByText(/is not right|Too many tries/)).toBeVisible();
  }
  await expect(throttled).toBeVisible();
});

test("a template left empty, or with what carriers refuse, is not saved; each field says why", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/templates/new");
  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Nothing was saved." })).toBeVisible();
  await expect(page.getByLabel("Message text")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Name", { exact: true }).fill(SCRIPT);
  await page.getByLabel("Message text").fill(`Hello {{first_name}, ${SCRIPT}`);
  await page.getByRole("textbox", { name: /^Header picture/ }).fill("javascript:alert(1)");
  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByText(/This is no variable|A variable is not closed|These braces close nothing/)).toBeVisible();
  await expect(page).toHaveURL(/\/templates\/new$/);
  await isUnhurt(page);
});

test("script, right-to-left and huge texts are kept as text, or refused", async ({ page }) => {
  const name = `${SCRIPT} ${randomUUID()}`;
  await signIn(page, PEOPLE.admin, "/templates/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Message text").fill(`${RIGHT_TO_LEFT} ${SCRIPT}`);
  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByRole("button", { name: "Save as version 2" })).toBeVisible();
  await page.goto("/templates");
  await expect(page.getByText(name)).toBeVisible();
  await isUnhurt(page);
});

for (const [what, sent] of [
  ["NUL", String.raw`a\u0000b`],
  ["a lone surrogate", String.raw`\ud800`],
  ["a megabyte", "x".repeat(1_050_000)],
  ["an object instead of a text", `"}],"name":[{"$ne":"`],
] as const) {
  test(`a template whose text is ${what} when it arrives changes nothing and says so`, async ({ page }) => {
    const name = `Hostile ${randomUUID()}`;
    await signIn(page, PEOPLE.admin, "/templates/new");
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Message text").fill(MARK);
    await sendInstead(page, sent);
    await page.getByRole("button", { name: "Create template" }).click();
    await expect(page.getByRole("alert").filter({ hasText: /\S/ }).first()).toBeVisible();
    await expect(page.getByLabel("Message text")).toHaveValue(MARK);
    await page.unrouteAll();
    await page.goto("/templates");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText(name)).toHaveCount(0);
  });
}

test("files that are no contact lists are refused with the reason, and none is kept", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/audiences/import");
  const input = page.getByLabel("Choose a file").first();
  for (const [file, reason] of [
    [{ name: "empty.csv", mimeType: "text/csv", buffer: Buffer.alloc(0) }, "The file has no rows."],
    [
      { name: "people.xlsx", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004") },
      "This is an Excel workbook.",
    ],
    [{ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from("%PDF-1.7\n…") }, "This is a PDF document."],
    [{ name: "noise.csv", mimeType: "text/csv", buffer: Buffer.alloc(4_096, 0) }, "This file is not a text file."],
    [
      { name: "big.csv", mimeType: "text/csv", buffer: Buffer.alloc(25 * 1024 * 1024 + 1, "a") },
      "The file is larger than",
    ],
  ] as const) {
    await input.setInputFiles(file);
    await expect(page.getByRole("alert").filter({ hasText: reason }), file.name).toBeVisible();
  }
  await page.goto("/audiences");
  await expect(page.getByText(/^(empty|people|noise|big)\.(csv|xlsx)$/)).toHaveCount(0);
});

test("an upload from another site is refused", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  const answer = await page.request.post("/api/desk/imports", {
    headers: { origin: "https://evil.example" },
    multipart: { file: { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("phone\n077111222\n") } },
  });
  expect(answer.status()).toBe(403);
});

test("a person cannot be added with an empty, huge or hostile address", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/people");
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a person" });
  const send = dialog.getByRole("button", { name: "Add a person" });
  await send.click();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Name", { exact: true }).fill(SCRIPT);
  await dialog.getByLabel("Email").fill("not an address");
  await send.click();
  await expect(dialog.getByText("Write an email address", { exact: false })).toBeVisible();
  await dialog.getByLabel("Email").fill(`${MARK}@x.example`);
  await sendInstead(page, String.raw`a\u0000`);
  await send.click();
  await expect(dialog.getByRole("alert").first()).toBeVisible();
  await page.unrouteAll();
  await page.reload();
  await expect(page.getByRole("row", { name: /x\.example/ })).toHaveCount(0);
  await isUnhurt(page);
});

test("the account's name cannot be emptied, and a price cannot be a word", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/settings");
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("   ");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await page.goto("/settings/prices");
  await page.getByRole("button", { name: "Add a price" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a price" });
  for (const price of ["", "-1", "free", "1e9", "99999999999999999999"]) {
    await dialog.getByLabel("Price", { exact: true }).fill(price);
    await dialog.getByRole("button", { name: "Add a price" }).click();
    await expect(dialog.getByRole("alert").first(), price).toBeVisible();
    await expect(dialog.getByLabel("Price", { exact: true })).toHaveAttribute("aria-invalid", "true");
  }
});

test("addresses made up by hand lead to a page that says so, never to an error", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  for (const path of [
    "/campaigns/not-an-id",
    "/campaigns/00000000-0000-4000-8000-000000000000",
    "/messages/abc",
    "/messages/9223372036854775808",
    "/messages/-1",
    "/audiences/%00",
    "/templates/..%2f..%2fetc",
    `/audiences/import/${"a".repeat(2_000)}`,
    "/help/no-such-topic",
    "/nowhere",
  ]) {
    const response = await page.goto(path);
    expect([400, 404], path).toContain(response?.status());
  }
  for (const query of [
    "?q=%00",
    "?status=<script>",
    "?before=x&after=y",
    `?q=${"1".repeat(5_000)}`,
    "?from=2026-99-99",
  ]) {
    const response = await page.goto(`/messages${query}`);
    expect(response?.status(), query).toBe(200);
    await expect(page.getByRole("heading", { level: 1, name: "Messages" })).toBeVisible();
  }
  for (const path of ["/reports?range=evil&campaign=x&channel=fax", "/?range=%00"]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});

test("queries made up by hand are refused in words, never with a 500", async ({ page }) => {
  await signIn(page, PEOPLE.admin);
  for (const path of [
    "/api/desk/messages?before=%00",
    "/api/desk/messages?q=%00",
    "/api/desk/messages/abc",
    "/api/desk/messages/9223372036854775808",
    "/api/desk/reports?range=evil",
    "/api/desk/reports?range=7d&campaign='%20OR%201=1",
    "/api/desk/campaigns?before=x~y",
    "/api/desk/campaigns/abc/progress",
    "/api/desk/campaigns/abc/estimate",
    "/api/desk/audiences?before=%00",
    "/api/desk/imports/abc",
    "/api/desk/imports/abc/report",
  ]) {
    const answer = await page.request.get(path);
    expect(answer.status(), `${path}: ${await answer.text()}`).toBeLessThan(500);
  }
});

test("a session that ends in the middle of a form loses nothing of what was typed", async ({ browser }) => {
  const [theirs, admin] = [await browser.newContext(), await browser.newContext()];
  const [page, adminPage] = [await theirs.newPage(), await admin.newPage()];
  await signIn(page, PEOPLE.marketer, "/templates/new");
  const name = `Half written ${randomUUID()}`;
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Message text").fill("A long text that took an hour.");

  await signIn(adminPage, PEOPLE.admin, "/people");
  const actions = adminPage.getByRole("row", { name: PEOPLE.marketer }).getByRole("button", { name: /^Actions/ });
  await openMenu(adminPage, actions);
  await adminPage.getByRole("menuitem", { name: "End all sessions" }).click();
  await adminPage.getByRole("dialog").getByRole("button", { name: "End all sessions" }).click();
  await expect(adminPage.getByRole("dialog")).toBeHidden();

  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByText("Your session has ended.", { exact: false })).toBeVisible();
  await expect(page.getByLabel("Message text")).toHaveValue("A long text that took an hour.");
  // In another tab the person signs in again, and goes on in this one.
  const tab = await theirs.newPage();
  await signInByForm(tab, PEOPLE.marketer);
  await expect(tab.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
  await page.getByRole("button", { name: "Create template" }).click();
  await expect(page.getByRole("button", { name: "Save as version 2" })).toBeVisible();
  await Promise.all([theirs.close(), admin.close()]);
});
