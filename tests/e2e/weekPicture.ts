import type { BrowserContext, Page } from 'playwright-core';

/** The week of two simulated services beside each other. */

const arrow = 56;
const width = 1200;

/** Working days and hours only, so that the words can be read. */
const narrow = `
  body { padding: 0; }
  header { display: none; }
  .grid { margin: 0; grid-template-columns: 2rem repeat(5, 1fr); grid-template-rows: auto 0 30rem; overflow: hidden; }
  .grid > :nth-child(n + 7), .add, .now { display: none; }
  .head { position: relative; z-index: 4; background: Canvas; }
  .allday { visibility: hidden; }
  .track { height: 78rem; transform: translateY(-24.5rem); }`;

async function weekAlone(page: Page): Promise<string> {
  await page.bringToFront();
  await page.setViewportSize({ width: (width - arrow) / 2, height: 600 });
  await page.addStyleTag({ content: narrow });
  const image = await page.locator('.grid').screenshot();
  return `data:image/png;base64,${image.toString('base64')}`;
}

function sideBySide(outlook: string, google: string): string {
  return `<!doctype html><style>
    body { margin: 0; font: 600 17px system-ui, sans-serif; color: #333; background: #fff;
      display: grid; grid-template-columns: 1fr ${arrow}px 1fr; }
    figure { margin: 0; } figcaption { height: 2.2rem; padding: .3rem .2rem; box-sizing: border-box; } img { display: block; }
    b { align-self: center; text-align: center; font-size: 2rem; color: #1f5fbf; }
    </style><figure><figcaption>Outlook (simulated)</figcaption><img src="${outlook}"></figure><b>→</b>
    <figure><figcaption>Google Calendar (simulated), kept in step by Hetk</figcaption><img src="${google}"></figure>`;
}

/** A page that shows both. @param outlook, google pages with the weeks open */
export async function bothWeeks(context: BrowserContext, outlook: Page, google: Page): Promise<Page> {
  const both = await context.newPage();
  await both.setViewportSize({ width, height: 100 });
  await both.setContent(sideBySide(await weekAlone(outlook), await weekAlone(google)));
  return both;
}
