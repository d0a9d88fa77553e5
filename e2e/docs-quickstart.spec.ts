import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { PEOPLE, signIn } from "./support/sign-in";

const run = promisify(execFile);

/** As a reader pastes it: one shell, from the page's own code blocks. Answers are JSON, then the status on a line of its own. */
async function shell(script: string): Promise<{ status: string; body: Record<string, unknown> }> {
  const { stdout } = await run("sh", ["-eu", "-c", script]);
  const lines = stdout.trimEnd().split("\n");
  const status = lines.pop() ?? "";
  return { status, body: JSON.parse(lines.join("\n")) as Record<string, unknown> };
}

test("the lines of the quick start, with a key made on the page, send a message and read it", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/developers");
  await page.getByRole("button", { name: "New API key" }).click();
  const dialog = page.getByRole("dialog", { name: "New API key" });
  await dialog.getByLabel("Name").fill("Quick start");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const key = (await page.getByLabel("API key", { exact: true }).innerText()).trim();
  await page.getByRole("button", { name: "I have stored it" }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  await page.goto("/docs");
  const blockOf = (step: string) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: step }) });
  const linesOf = async (step: string) => (await blockOf(step).locator("code").last().innerText()).trim();
  const settings = (await linesOf("Say where and who")).replace("your API key", key);
  expect(settings).toContain(key);

  const sent = await shell(`${settings}\n${await linesOf("Send a message")}`);
  expect(sent.status).toBe("202");
  expect(sent.body.id).toMatch(/^msg_\d+$/);

  const read = (await linesOf("Read what became of it")).replace("the id from the answer", String(sent.body.id));
  const answer = await shell(`${settings}\n${read}`);
  expect(answer.status).toBe("200");
  expect(answer.body).toMatchObject({ id: sent.body.id, to: "+37477123456" });

  const repeated = await shell(`${settings}\n${await linesOf("Repeat without fear")}`);
  expect(repeated.status).toBe("200");
  expect(repeated.body.id).toBe(sent.body.id);

  await page.goto(`/messages/${String(sent.body.id).slice("msg_".length)}`);
  await expect(page.getByText("Your order 1042 is ready.").first()).toBeVisible();
});

test("a revoked key is refused from the next request on", async ({ page }) => {
  await signIn(page, PEOPLE.admin, "/developers");
  await page.getByRole("button", { name: "New API key" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("To be revoked");
  await page.getByRole("button", { name: "Make the key" }).click();
  const key = (await page.getByLabel("API key", { exact: true }).innerText()).trim();
  await page.getByRole("button", { name: "I have stored it" }).click();
  const ask = () =>
    page.request.get("/api/v1/messages/msg_1", {
      headers: { authorization: `Bearer ${key}` },
      failOnStatusCode: false,
    });
  expect((await ask()).status()).toBe(404);
  await page
    .getByRole("row", { name: /To be revoked/ })
    .getByRole("button", { name: "Revoke" })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke To be revoked" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect((await ask()).status()).toBe(401);
});
