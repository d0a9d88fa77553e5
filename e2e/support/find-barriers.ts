import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

/** What axe finds against WCAG 2.1 A and AA, in the light and in the dark, told so that it can be mended from the message alone. */
export async function findBarriers(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    // Without motion and after the last transition, or axe measures the contrast of something half faded.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(async () => {
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    });
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    for (const { id, help, nodes } of violations) {
      for (const node of nodes.slice(0, 5)) {
        const why = [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
        found.push(`${colorScheme}: ${id} (${help}) ${node.html.slice(0, 200)} ${why}`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  return found;
}
