import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const found = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/**
 * What axe finds wrong with a page as it now is, serious or not, a line for each place: the rule, and the element it concerns. Handed to the page
 * by the browser's own debugger, because the page's policy lets no foreign script in.
 */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const answer = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((run) => run.violations)',
  );
  return found
    .parse(answer)
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}

/** How far the page can be scrolled sideways, pixels. */
async function overflow(page: Page): Promise<number> {
  return z
    .number()
    .parse(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
}

const phone = { width: 375, height: 800 };
const desktop = { width: 1440, height: 900 };

/** Everything that keeps somebody from using the page: by axe, in light and dark, on a phone and on a desktop, with everything unfolded. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
  const all: string[] = [];
  for (const [size, colorScheme] of [
    [phone, 'light'],
    [desktop, 'dark'],
  ] as const) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    all.push(...(await violations(page)).map((each) => `${size.width} px, ${colorScheme}: ${each}`));
    const sideways = await overflow(page);
    if (sideways > 0) all.push(`${size.width} px: ${sideways} px wider than the window`);
  }
  return all;
}

/**
 * Goes through the page by the Tab key alone.
 * @returns the controls that a mouse could use and the keyboard never came to, as HTML
 */
export async function unreachable(page: Page): Promise<string[]> {
  const controls = z.number().parse(
    await page.evaluate(`(() => {
      window.left = new Set([...document.querySelectorAll('a[href], button, input, select, summary')]
        .filter((each) => each.checkVisibility() && !each.disabled && each.type !== 'hidden'));
      return window.left.size;
    })()`),
  );
  for (let press = 0; press < 2 * controls; press += 1) {
    await page.keyboard.press('Tab');
    // One stop is enough for the radio buttons of one name: the arrow keys lead to the others.
    await page.evaluate(`(() => {
      const here = document.activeElement;
      for (const each of window.left) {
        if (each === here || (here.type === 'radio' && each.name === here.name && each.form === here.form)) window.left.delete(each);
      }
    })()`);
  }
  return z.array(z.string()).parse(await page.evaluate('[...window.left].map((each) => each.outerHTML)'));
}
