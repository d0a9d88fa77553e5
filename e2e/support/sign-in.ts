import { expect, type BrowserContext, type Page } from "@playwright/test";
import { openMenu } from "./open-menu";

export const DEMO_PASSWORD = "bridge-demo-2026";

export const PEOPLE = {
  admin: "admin@ararat.demo",
  marketer: "marketer@ararat.demo",
  support: "support@ararat.demo",
  developer: "developer@ararat.demo",
  /** Of the other account, which is empty at first. */
  newcomer: "admin@ani.demo",
} as const;

/** Sessions that are open, by address: one worker runs all tests, and the form is needed once for each person. */
const open = new Map<string, Awaited<ReturnType<BrowserContext["cookies"]>>>();

/** Ends on `to`, signed in: with the session of an earlier test where it still lives, else through the form as people do. */
export async function signIn(page: Page, email: string, to = "/", password = DEMO_PASSWORD): Promise<void> {
  const known = open.get(email);
  if (known !== undefined) {
    await page.context().addCookies(known);
    await page.goto(to);
    if (new URL(page.url()).pathname !== "/sign-in") return;
  }
  await signInByForm(page, email, password);
  await expect(page.getByRole("navigation", { name: "Main navigation" })).toBeVisible();
  const cookies = await page.context().cookies();
  open.set(
    email,
    cookies.filter((cookie) => cookie.name.includes("next-auth")),
  );
  if (to !== "/") await page.goto(to);
}

/** Fills in the form and sends it; what comes then is for the caller to see. */
export async function signInByForm(page: Page, email: string, password = DEMO_PASSWORD): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await openMenu(page, page.getByRole("button", { name: /^Your menu/ }));
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}
