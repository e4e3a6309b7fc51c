import { writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

/** So large a picture may be, bytes: they lie in the repository. */
const MOST = 150_000;

/** A page as it now is, as WebP, which the browser itself encodes. @throws Error when the file would be too large */
export async function takePicture(browser: Browser, page: Page, file: string, height: number): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  const png = await page.screenshot({ clip: { x: 0, y: 0, width, height }, fullPage: true, animations: 'disabled' });
  const encoder = await browser.newPage();
  const webp = await encoder.evaluate(
    `(async () => {
      const image = await createImageBitmap(await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext('2d').drawImage(image, 0, 0);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.88 })).arrayBuffer());
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    })()`,
  );
  await encoder.close();
  const bytes = Buffer.from(z.string().parse(webp), 'latin1');
  if (bytes.length > MOST) throw new Error(`${file} would have ${bytes.length} bytes, more than ${MOST}.`);
  await writeFile(file, bytes);
  console.log(`${file}: ${Math.round(bytes.length / 1000)} kB`);
}
