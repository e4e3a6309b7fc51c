import type { Page } from 'playwright-core';

/** What a person does on Hetk's pages, and on the pages of the services that they lead to. */
export function hetkPage(page: Page, appUrl: string) {
  const pairCard = (target: string) => page.getByRole('article').filter({ hasText: new RegExp(`[→↔]\\s*${target}`) });
  const group = (name: string | RegExp) => page.getByRole('group', { name });

  return {
    page,
    open: (path = '/') => page.goto(`${appUrl}${path}`),
    says: (words: string | RegExp) => page.getByText(words).first().waitFor(),
    toMicrosoft: () => page.getByRole('link', { name: 'Microsoft 365 or Outlook' }).click(),
    toGoogle: () => page.getByRole('link', { name: 'Google Calendar' }).click(),
    toIcloud: () => page.getByRole('link', { name: 'Apple iCloud' }).click(),

    /** On the page where Microsoft asks who it is and whether they agree. */
    async acceptAtMicrosoft(email: string): Promise<void> {
      await page.getByRole('radio', { name: email }).check();
      await page.getByRole('button', { name: 'Accept' }).click();
    },
    async continueAtGoogle(email: string): Promise<void> {
      await page.getByRole('radio', { name: email }).check();
      await page.getByRole('button', { name: 'Continue' }).click();
    },
    /** Into the form for iCloud, wherever it is. */
    async giveToIcloud(appleId: string, password: string): Promise<void> {
      const name = page.getByLabel('Apple ID');
      if (await name.isEditable()) await name.fill(appleId);
      await page.getByLabel('App-specific password').fill(password);
      await page.getByRole('button', { name: /^Connect (iCloud|again)$/ }).click();
    },
    account: (email: string) =>
      page.getByRole('article').filter({ has: page.getByRole('heading', { name: email, exact: true }) }),
    /** Waits until an account is connected. */
    async hasAccount(email: string): Promise<void> {
      await page.waitForURL(`${appUrl}/`);
      await page.getByRole('heading', { name: email, exact: true }).waitFor();
    },

    /** From wherever they are to the form for a new pair, filled in with calendars of these names. */
    async choose(source: string, target: string, direction: 'One-way' | 'Two-way' = 'One-way'): Promise<void> {
      await page.getByRole('link', { name: 'New pair' }).first().click();
      await group('Copy the events of').getByRole('radio', { name: source }).first().check();
      await group('into').getByRole('radio', { name: target }).first().check();
      await group('Which way').getByRole('radio', { name: direction }).check();
    },
    /** Ticks an option of the pair, or of one of its directions. */
    async tick(option: string, direction: string | RegExp = /^What the copies tell/): Promise<void> {
      await group(direction).getByRole('checkbox', { name: option }).check();
    },
    /** From the filled form to what would be written. */
    async preview(): Promise<void> {
      await page.getByRole('button', { name: 'Show what would be written' }).click();
      await page.getByRole('heading', { name: 'What would be written' }).waitFor();
    },
    /** From what would be written to the page of the pair that writes it. */
    async start(): Promise<void> {
      await page.getByRole('button', { name: 'Start', exact: true }).click();
      await page.waitForURL(/\/pairs\/[^/]+$|\?done=started$/);
    },
    /** All of it. */
    async makePair(source: string, target: string, direction: 'One-way' | 'Two-way' = 'One-way'): Promise<void> {
      await this.choose(source, target, direction);
      await this.preview();
      await this.start();
    },
    /** From the list of pairs to the page of one. */
    async openPair(target: string): Promise<void> {
      await page.bringToFront();
      await page.goto(`${appUrl}/`);
      await pairCard(target).getByRole('link').click();
      await page.waitForURL(/\/pairs\//);
    },
    /** On the page of a pair: waits until it says so. */
    async isNow(status: 'In step' | 'Paused' | 'Reconnect needed' | 'Being removed'): Promise<void> {
      await page.bringToFront();
      await page.getByRole('region', { name: 'Where it stands' }).getByText(status, { exact: true }).waitFor();
    },
    /** Where no script runs: looks again until the page says so. */
    async reloadUntil(words: string | RegExp): Promise<void> {
      for (let look = 0; look < 300; look += 1) {
        if (await page.getByText(words, { exact: true }).first().isVisible()) return;
        await page.reload();
      }
      throw new Error(`The page never said ${words}.`);
    },
    /** On the page of a pair: how many copies it says that there are. */
    copies: () =>
      page
        .getByRole('region', { name: 'Where it stands' })
        .locator('div', { has: page.getByText('Copies', { exact: true }) })
        .getByRole('definition')
        .textContent(),
    async press(button: string): Promise<void> {
      await page.bringToFront();
      await page.getByRole('button', { name: button }).click();
    },
    /** On the page of a pair. */
    async saveOptions(): Promise<void> {
      await this.press('Save and rewrite the copies');
      await page.getByText('Saved. The copies are being rewritten.').waitFor();
    },
    async remove(copies: RegExp): Promise<void> {
      await page.bringToFront();
      await page.getByRole('radio', { name: copies }).check();
      await page.getByRole('button', { name: 'Remove this pair' }).click();
    },
  };
}
