import { expect } from '@jest/globals';
import { describeWith } from '../need.ts';
import { newProfile } from './browser.ts';
import { hetkPage } from './hetkPage.ts';
import { forbidden, visitors } from './visitors.ts';

describeWith('chromium', 'chromium', 'sign-in and approval, in a browser', () => {
  const visitor = visitors();

  visitor('tells an administrator what this installation asks for and where to approve it', async ({ world, hetk }) => {
    await hetk.page.getByRole('link', { name: 'For administrators' }).click();
    await hetk.says('Calendars.ReadWrite');
    await hetk.says(`${world.appUrl}/connect/microsoft/approval`);
    await hetk.page.getByRole('link', { name: 'approve it for your organisation' }).click();
    await hetk.says('review for your organisation');
  });

  visitor('says what happened when somebody declines at Microsoft, and lets them try again', async (visit) => {
    const { email, hetk } = visit;
    visit.expected = [forbidden('/connect/microsoft/callback')];
    await hetk.toMicrosoft();
    await hetk.page.getByRole('button', { name: 'Decline' }).click();
    await hetk.says('You did not agree, so no Microsoft account was connected.');
    await hetk.page.getByRole('link', { name: 'Sign in with Microsoft again' }).click();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
  });

  visitor('explains that an administrator has to approve, and gives the address to send', async (visit) => {
    const { world, browser, microsoft, email, hetk } = visit;
    visit.expected = [forbidden('/connect/microsoft/callback')];
    await microsoft.misbehave('admin-consent-required');
    await hetk.toMicrosoft();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.says('Your organisation wants an administrator to approve Hetk once');
    const address = `${world.appUrl}/connect/microsoft/approval`;
    expect(await hetk.page.locator('code').textContent()).toBe(address);

    const administrator = await newProfile(browser, world.appUrl);
    const theirs = hetkPage(await administrator.context.newPage(), world.appUrl);
    await theirs.page.goto(address);
    await theirs.page.getByRole('link', { name: 'Go on to Microsoft and approve' }).click();
    await theirs.acceptAtMicrosoft('ada@contoso.example');
    await theirs.says('Thank you: Hetk is approved for your organisation.');
    await administrator.context.close();
    expect(administrator.complaints).toEqual([]);

    await hetk.page.getByRole('link', { name: 'It is approved: connect my account' }).click();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
  });

  visitor('takes an administrator who approves for themselves on to their own sign-in', async (visit) => {
    const { microsoft, email, hetk } = visit;
    visit.expected = [forbidden('/connect/microsoft/callback')];
    await microsoft.misbehave('admin-consent-required');
    await hetk.toMicrosoft();
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.page.getByRole('link', { name: 'I am an administrator: approve it now' }).click();
    await hetk.says('review for your organisation');
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.says('Pick an account');
    await hetk.acceptAtMicrosoft(email.microsoft);
    await hetk.hasAccount(email.microsoft);
  });

  visitor('names the permission that somebody unticked at Google', async (visit) => {
    const { email, hetk } = visit;
    visit.expected = [forbidden('/connect/google/callback')];
    await hetk.toGoogle();
    await hetk.page.getByRole('checkbox', { name: 'View and edit events' }).uncheck();
    await hetk.continueAtGoogle(email.google);
    await hetk.says('without the permission “View and edit events on all your calendars”. Nothing was connected.');
    await hetk.page.getByRole('link', { name: 'Sign in with Google again' }).click();
    await hetk.continueAtGoogle(email.google);
    await hetk.hasAccount(email.google);
  });

  visitor('knows nobody any more after signing out', async ({ email, hetk, connectBoth }) => {
    await connectBoth();
    await hetk.page.getByRole('button', { name: 'Sign out' }).click();
    await hetk.says('You are signed out of this browser.');
    await hetk.open();
    await hetk.says('Your calendars, always in step');
    expect(await hetk.page.content()).not.toContain(email.microsoft);
  });
});
