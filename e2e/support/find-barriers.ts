import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

/** A browser on a busy machine may paint nothing for long; what is on the page is looked at all the same. */
const FRAMES_BOUND_MS = 3_000;

/** What axe finds against WCAG 2.1 A and AA, in the light and in the dark, told so that it can be mended from the message alone. */
export async function findBarriers(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await endMotion(page);
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

/**
 * Brings everything that moves to its end at once, or axe measures the contrast of something half faded. `finished` is not awaited:
 * it never settles for what has no end, and comes a frame for each level of the page where colours are inherited, which on a slow
 * machine is minutes.
 */
async function endMotion(page: Page): Promise<void> {
  await page.evaluate(async (boundMs) => {
    const painted = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.race([painted, new Promise((resolve) => setTimeout(resolve, boundMs))]);
    // What ends may let something else begin: an inherited colour changes, and its heirs have a transition of their own.
    for (let round = 0; round < 100; round += 1) {
      const moving = document.getAnimations().filter(({ playState }) => playState !== "finished");
      if (moving.length === 0) return;
      for (const animation of moving) {
        if (animation.effect?.getComputedTiming().endTime === Infinity) animation.cancel();
        else animation.finish();
      }
    }
  }, FRAMES_BOUND_MS);
}
