import { z } from 'zod';
import { isProviderError, type ProviderError } from '../providers/errors.ts';
import { anotherPerson, connectAccount, ownAccount } from './accounts.ts';
import { type Answer, type ConsentRequest, json, redirect } from './answer.ts';
import { accountsOf } from './api/me.ts';
import { isForm, readBody, readForm } from './body.ts';
import { forPeople, forPrograms } from './guard.ts';
import { limitTries } from './limits.ts';
import type { ConsentNeeds, Grant, Handler, PasswordIdentity } from './needs.ts';
import { icloudPage } from './page/icloudForm.ts';
import { notFound, Problem } from './problem.ts';
import { requireSameOrigin } from './sameOrigin.ts';
import { readSession, sessionCookie } from './session.ts';
import { notOffered } from './signInProblems.ts';

const wish = z.strictObject({
  /** Visible ASCII without a colon, which would end the name in HTTP Basic (RFC 7617). */
  appleId: z
    .string()
    .trim()
    .regex(/^[!-9;-~]{1,254}$/),
  password: z.string().trim().min(1).max(256),
  /** The account of theirs that is connected again. */
  account: z.string().min(1).max(64).exactOptional(),
});
type Wish = z.infer<typeof wish>;

/** `GET /connect/icloud`: the form; `?account=<id>` connects an account of theirs again. */
export const startIcloud: Handler = forPeople(async (request, needs) => {
  identityOf(needs);
  const id = request.query.get('account') ?? undefined;
  if (id === undefined) return icloudPage({});
  const account = await ownAccount(needs, id, (await readSession(request, needs))?.userId);
  if (account.provider !== 'icloud') throw notFound();
  return icloudPage({ account: account.id, appleId: account.email });
});

/** `POST /connect/icloud` `{appleId, password, account?}`, as JSON or as a form without script: checks the password at once, and connects. */
export const connectIcloud: Handler = (request, needs) =>
  isForm(request) ? connectByForm(request, needs) : connectByJson(request, needs);

/** Answers as `GET /api/me` then does. */
const connectByJson = forPrograms(async (request, needs) => {
  requireSameOrigin(request, needs);
  const userId = await connect(request, needs, await readBody(request, wish));
  const me = json({ id: userId, accounts: await accountsOf(needs, userId) });
  return { ...me, cookies: [await sessionCookie(needs, userId)] };
});

/** What is refused leads back to the form, without the password. */
const connectByForm = forPeople(async (request, needs): Promise<Answer> => {
  const given = await readForm(request, needs, wish);
  try {
    const userId = await connect(request, needs, given);
    return { ...redirect(`${needs.settings.HETK_PUBLIC_URL}/`, [await sessionCookie(needs, userId)]), status: 303 };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { password: _, ...rest } = given;
    return icloudPage({ ...rest, problem });
  }
});

/** @returns the user they are @throws Problem */
async function connect(request: ConsentRequest, needs: ConsentNeeds, given: Wish): Promise<string> {
  const identity = identityOf(needs);
  const session = await readSession(request, needs);
  if (given.account !== undefined) {
    const account = await ownAccount(needs, given.account, session?.userId);
    if (account.provider !== 'icloud' || account.subject !== given.appleId.toLowerCase()) throw anotherPerson();
  }
  await limitTries(request, needs, 'icloud');
  const grant = await checked(identity, needs, given);
  return connectAccount(needs, 'icloud', grant, {
    ...(session && { userId: session.userId }),
    ...(given.account !== undefined && { accountId: given.account }),
  });
}

/** One try, whatever comes of it: repeated failures can lock an Apple Account. */
async function checked(identity: PasswordIdentity, needs: ConsentNeeds, { appleId, password }: Wish): Promise<Grant> {
  try {
    return await identity.checkPassword(appleId, password);
  } catch (error) {
    if (!isProviderError(error)) throw error;
    needs.log('sign-in-refused', { provider: 'icloud', kind: error.kind, code: error.code });
    throw problemOf(error);
  }
}

function identityOf({ icloudIdentity }: ConsentNeeds): PasswordIdentity {
  if (icloudIdentity) return icloudIdentity;
  throw notOffered('iCloud');
}

const makeOne = 'at account.apple.com → Sign-In and Security → App-Specific Passwords';

function problemOf(error: ProviderError): Problem {
  if (error.code === 'main-password') {
    return new Problem(
      403,
      'main-password',
      'This does not look like an app-specific password. Apple lets Hetk in with nothing else, not with the password of your Apple Account.',
      `Make one ${makeOne}; it looks like xxxx-xxxx-xxxx-xxxx. Your Apple Account needs two-factor authentication for that.`,
    );
  }
  if (error.code === 'no-calendars') {
    return new Problem(
      422,
      'no-calendars',
      'Apple accepts the password, but this account has no calendar for events.',
      'Switch on Calendars at your iPhone or Mac under Settings → your name → iCloud, or open Calendar at icloud.com once. Then connect it here.',
    );
  }
  if (error.code === 'too-many-tries') {
    return new Problem(
      429,
      'too-many-tries',
      'There were too many wrong passwords for this Apple ID. Apple was not asked again, because that could lock the account.',
      `Wait an hour, make a new password ${makeOne}, and paste it here.`,
    );
  }
  switch (error.kind) {
    case 'revoked':
      return new Problem(
        403,
        'wrong-password',
        'Apple does not accept this Apple ID with this app-specific password.',
        `Check both, or make a new password ${makeOne}: all of them end when the password of the Apple Account is changed. Do not try many times: Apple may lock the account.`,
      );
    case 'throttled':
      return new Problem(
        503,
        'throttled',
        'iCloud asks for a pause, so the password could not be checked. Nothing was connected.',
        'Wait ten minutes, then try once more.',
      );
    case 'misconfigured':
      return new Problem(
        500,
        'misconfigured',
        'This installation does not reach the right calendar server of Apple.',
        'Tell whoever runs this installation; nothing on your side can mend it.',
      );
    case 'unavailable':
      return new Problem(
        503,
        'unreachable',
        'iCloud could not be reached or has trouble. Nothing was connected.',
        'Try again in a few minutes. Apple tells at apple.com/support/systemstatus whether something is wrong.',
      );
    default:
      return new Problem(
        502,
        'sign-in-failed',
        'iCloud gave an answer that Hetk does not understand. Nothing was connected.',
        'Try again in a few minutes.',
      );
  }
}
