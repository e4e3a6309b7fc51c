import { z } from 'zod';
import type { Answer, ConsentRequest } from '../answer.ts';
import { createPair } from '../api/createPair.ts';
import { refreshAccount, signOut } from '../api/me.ts';
import { confirmDeletions, patchPair, pausePair, resumePair, verifyPair } from '../api/pairs.ts';
import { deleteAccount, deleteMe, deletePair } from '../api/removal.ts';
import type { Handler } from '../needs.ts';
import { formRoad } from './formRoad.ts';
import { optionsOf, wishOf } from './pairWish.ts';

/** Every form of the page, as a browser sends it where no script runs. */

const pairOf = ({ params }: ConsentRequest) => `/pairs/${encodeURIComponent(params.id ?? '')}`;
const toPair = (request: ConsentRequest) => ({ href: pairOf(request), text: 'Back to the pair' });
const toStart = () => ({ href: '/', text: 'Back to your calendars' });

const made = z.object({ id: z.string() });

/** `POST /pairs` */
export const startByForm: Handler = formRoad({
  api: createPair,
  method: 'POST',
  body: wishOf,
  done: ({ json }) => `/pairs/${made.parse(json).id}?done=started`,
  back: () => ({ href: '/new-pair', text: 'Choose again' }),
});

/** A button of a pair's page. @param done the notice that follows */
function button(api: Handler, done: string): Handler {
  return formRoad({ api, method: 'POST', done: (_, request) => `${pairOf(request)}?done=${done}`, back: toPair });
}

/** `POST /pairs/{id}/pause`, `/resume`, `/verify`, `/confirm-deletions` */
export const pauseByForm = button(pausePair, 'pause');
export const resumeByForm = button(resumePair, 'resume');
export const verifyByForm = button(verifyPair, 'verify');
export const confirmByForm = button(confirmDeletions, 'confirm-deletions');

/** `POST /pairs/{id}/options` */
export const optionsByForm: Handler = formRoad({
  api: patchPair,
  method: 'PATCH',
  body: (fields) => ({
    sourceToTarget: optionsOf(fields, 'sourceToTarget'),
    ...(fields.has('targetToSource.showAs') && { targetToSource: optionsOf(fields, 'targetToSource') }),
  }),
  done: (_, request) => `${pairOf(request)}?done=options`,
  back: toPair,
});

const begun = z.object({ report: z.string().startsWith('/api/removals/') });
/** To the page of the removal that has begun. */
const toReport = ({ json }: Answer) => begun.parse(json).report.replace('/api/', '/');
const copies = (fields: URLSearchParams) => new URLSearchParams({ copies: fields.get('copies') ?? '' });

/** `POST /pairs/{id}/remove` */
export const removePairByForm: Handler = formRoad({
  api: deletePair,
  method: 'DELETE',
  query: copies,
  done: toReport,
  back: toPair,
});

/** `POST /accounts/{id}/refresh`, `/remove` */
export const refreshByForm: Handler = formRoad({
  api: refreshAccount,
  method: 'POST',
  done: () => '/?done=refresh',
  back: toStart,
});
export const removeAccountByForm: Handler = formRoad({
  api: deleteAccount,
  method: 'DELETE',
  query: copies,
  done: toReport,
  back: toStart,
});

/** `POST /me/remove` */
export const removeMeByForm: Handler = formRoad({
  api: deleteMe,
  method: 'DELETE',
  query: copies,
  done: toReport,
  back: toStart,
});

/** `POST /sign-out` */
export const signOutByForm: Handler = formRoad({
  api: signOut,
  method: 'DELETE',
  done: () => '/?done=signed-out',
  back: toStart,
});
