import type { Page } from 'playwright-core';

/** What a person does on Hetk's page, and on the pages of the services that it leads to. */
export function hetkPage(page: Page, appUrl: string) {
  const home = () => page.waitForURL(`${appUrl}/`);
  const pair = (target: string) => page.getByRole('article').filter({ hasText: new RegExp(`[→↔]\\s*${target}`) });
  const direction = (name: RegExp) => page.getByRole('radio', { name });
  const calendars = async (source: string, target: string) => {
    await page.getByRole('combobox', { name: /^Copy events from/ }).selectOption({ label: source });
    await page.getByRole('combobox', { name: /^into/ }).selectOption({ label: target });
  };

  return {
    page,
    open: () => page.goto(`${appUrl}/`),
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
    account: (email: string) => page.getByRole('article').filter({ has: page.getByRole('heading', { name: email }) }),
    /** Waits until an account is connected. */
    async hasAccount(email: string): Promise<void> {
      await home();
      await page.getByRole('heading', { name: email }).waitFor();
    },

    /** The sentence that a preview ends with. */
    async preview(source: string, target: string): Promise<string> {
      await calendars(source, target);
      await page.getByRole('button', { name: 'Show first what would be copied' }).click();
      const answer = page.locator('form[action="/api/pairs"] output');
      await answer.filter({ hasText: /\S/ }).waitFor();
      return (await answer.textContent()) ?? '';
    },
    /** As `start`, both ways. */
    async startTwoWay(source: string, target: string): Promise<void> {
      await direction(/^Two-way/).check();
      await this.start(source, target);
    },
    /** Whether the form for a new pair shows the options of the way back for this direction. */
    async offersWayBack(name: RegExp): Promise<boolean> {
      await direction(name).check();
      return page.getByRole('group', { name: /way back/ }).isVisible();
    },
    async start(source: string, target: string): Promise<void> {
      await calendars(source, target);
      await page.getByRole('button', { name: 'Start copying' }).click();
      await pair(target).waitFor();
    },
    /** Waits until the pair with this target says so. */
    pairIs: (target: string, status: 'in step' | 'paused') => pair(target).getByText(status, { exact: true }).waitFor(),
    pairText: (target: string) => pair(target).textContent(),
    async press(target: string, button: string): Promise<void> {
      await page.bringToFront();
      await pair(target).getByRole('button', { name: button }).click();
    },
    /** @param direction which of a two-way pair's: what the heading of these options says */
    async setOption(target: string, option: RegExp, direction = /^What a copy tells/): Promise<void> {
      await page.bringToFront();
      await pair(target).getByText('Options', { exact: true }).click();
      await pair(target).getByRole('group', { name: direction }).getByRole('checkbox', { name: option }).check();
      await pair(target).getByRole('button', { name: 'Save and rewrite the copies' }).click();
    },
    async remove(target: string, copies: RegExp): Promise<void> {
      await page.bringToFront();
      await pair(target).getByText('Remove', { exact: true }).click();
      await pair(target).getByRole('radio', { name: copies }).check();
      await pair(target).getByRole('button', { name: 'Remove this pair' }).click();
    },
    hasNoPair: () => page.getByText('No pairs yet.').waitFor(),
  };
}
