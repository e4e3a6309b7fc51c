import { ownAccount } from './accounts.ts';
import { type Answer, type ConsentRequest, redirect } from './answer.ts';
import { forPeople } from './guard.ts';
import { limitTries } from './limits.ts';
import type { ConsentNeeds, Handler } from './needs.ts';
import { approvalPage } from './page/approvalPage.ts';
import { messagePage } from './page/messagePage.ts';
import { Problem } from './problem.ts';
import { readSession } from './session.ts';
import { notOffered } from './signInProblems.ts';
import { newSignInState, noStateCookie, returningState, type SignInState, stateCookie } from './state.ts';

/**
 * Most work tenants let only an administrator approve calendar permissions. The administrator approves once for everybody; what comes back
 * says nothing that is believed: whether it worked shows when the person signs in.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
 */
const scopes = 'https://graph.microsoft.com/Calendars.ReadWrite openid email profile offline_access';

/** The person's own sign-in, of the account they were connecting again where there is one. */
function ownSignIn(accountId: string | undefined): string {
  return accountId === undefined ? '/connect/microsoft' : `/connect/microsoft?account=${encodeURIComponent(accountId)}`;
}

function goOn(accountId?: string) {
  return { href: ownSignIn(accountId), text: 'It is approved: connect my account' };
}

/** What a person reads whose tenant wants an administrator's approval. */
export function adminApprovalNeeded(needs: Pick<ConsentNeeds, 'settings'>, accountId?: string): Problem {
  const resume = new URLSearchParams({ resume: '1', ...(accountId !== undefined && { account: accountId }) });
  return new Problem(
    403,
    'admin-approval-needed',
    'Your organisation wants an administrator to approve Hetk once before you can connect your calendar.',
    'Send this address to your Microsoft 365 administrator. Approving takes a minute and lets Hetk read and write only the calendars of people who connect themselves.',
    {
      share: `${needs.settings.HETK_PUBLIC_URL}/connect/microsoft/approval`,
      links: [
        goOn(accountId),
        { href: `/connect/microsoft/admin?${resume}`, text: 'I am an administrator: approve it now' },
      ],
    },
  );
}

/** `GET /connect/microsoft/approval`: what an administrator reads who was sent the address. */
export const getApproval: Handler = forPeople(async (_request, needs) => {
  clientIdOf(needs);
  return approvalPage();
});

/** Sends an administrator to Microsoft's approval. `?resume=1`: the same person wants to connect afterwards, `&account=` that account. */
export const startAdminConsent: Handler = forPeople(async (request, needs) => {
  const clientId = clientIdOf(needs);
  await limitTries(request, needs, 'sign-in');
  const resume = request.query.get('resume') === '1';
  const accountId = request.query.get('account');
  if (accountId !== null) await ownAccount(needs, accountId, (await readSession(request, needs))?.userId);
  const state = newSignInState(needs.random, {
    flow: 'microsoft-admin',
    resume,
    ...(accountId !== null && { accountId }),
  });
  // `common` is not allowed here: personal accounts have no administrator.
  const url = new URL(`${needs.settings.HETK_MICROSOFT_AUTHORITY}/organizations/v2.0/adminconsent`);
  url.search = new URLSearchParams({
    client_id: clientId,
    scope: scopes,
    redirect_uri: `${needs.settings.HETK_PUBLIC_URL}/connect/microsoft/admin/callback`,
    state: state.state,
  }).toString();
  return redirect(url.href, [await stateCookie(needs, state)]);
});

function clientIdOf({ settings, microsoftIdentity }: ConsentNeeds): string {
  const clientId = settings.HETK_MICROSOFT_CLIENT_ID;
  if (clientId && microsoftIdentity) return clientId;
  throw notOffered('Microsoft');
}

/** Where the approval lands: back to the person's own sign-in, or a word of thanks to an administrator who was sent the address. */
export const returnAdminConsent: Handler = async (request, needs) => {
  const state = await returningState(request, needs, 'microsoft-admin');
  const answer = await forPeople(async () => conclude(request, state))(request, needs);
  return { ...answer, cookies: state ? [noStateCookie(needs)] : [] };
};

function conclude(request: ConsentRequest, state: SignInState | undefined): Answer {
  if (!state) {
    throw new Problem(
      400,
      'stale-sign-in',
      'This approval was not started in this browser, took longer than ten minutes, or is already finished.',
      'If it was given, it counts all the same: connect your account. If not, start it again.',
      { links: [goOn(), { href: '/connect/microsoft/admin', text: 'Approve as an administrator' }] },
    );
  }
  if (request.query.has('error') || request.query.get('admin_consent')?.toLowerCase() !== 'true') {
    throw new Problem(
      403,
      'admin-declined',
      'The approval was not given.',
      'Only an administrator of the organisation can give it, by agreeing on the page that Microsoft shows.',
      { links: [{ href: '/connect/microsoft/admin', text: 'Approve as an administrator' }] },
    );
  }
  if (state.resume) return redirect(ownSignIn(state.accountId));
  return messagePage({
    status: 200,
    message: 'Thank you: Hetk is approved for your organisation.',
    action: 'Tell whoever asked you that they can connect their account now.',
    ways: { links: [{ href: '/admins', text: 'What Hetk may do now' }] },
  });
}
