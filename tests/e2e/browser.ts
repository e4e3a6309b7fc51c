import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findOnPath } from '../findOnPath.ts';

/** After this, ms, whatever is waited for counts as never coming; on a machine with time to spare everything takes a second or two. */
const PATIENCE_MS = 60_000;

/** Debian's Chromium without a window, asking nothing of the network by itself. */
export function openChromium(): Promise<Browser> {
  const executablePath = findOnPath('chromium');
  if (!executablePath) throw new Error('chromium is not on the PATH');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Profile {
  readonly context: BrowserContext;
  /** What the browser complained of on any page, with the path: errors, refused content, failed requests. */
  readonly complaints: string[];
}

/**
 * A browser as somebody uses it who was never here before.
 * @param ways `javaScriptEnabled` false as where somebody switched it off
 */
export async function newProfile(
  browser: Browser,
  appUrl: string,
  ways: { readonly javaScriptEnabled?: boolean; readonly deviceScaleFactor?: number } = {},
): Promise<Profile> {
  const as = { locale: 'en-GB', timezoneId: 'Europe/Dublin', colorScheme: 'light' } as const;
  const context = await browser.newContext({ ...as, ...ways });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const { url } = message.location();
    const { origin, pathname } = URL.canParse(url) ? new URL(url) : { origin: '', pathname: url };
    // Not every page of the simulated services says that it has no icon.
    if (pathname === '/favicon.ico' && origin !== new URL(appUrl).origin) return;
    complaints.push(`${pathname}: ${message.text()}`);
  });
  context.on('weberror', (failure) => complaints.push(failure.error().message));
  return { context, complaints };
}
