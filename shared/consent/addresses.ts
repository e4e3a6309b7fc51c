import { getApproval, returnAdminConsent, startAdminConsent } from './adminConsent.ts';
import { getCalendars } from './api/calendars.ts';
import { createPair, previewPair } from './api/createPair.ts';
import { getHealth } from './api/health.ts';
import { getHistory } from './api/history.ts';
import { getMe, refreshAccount, signOut } from './api/me.ts';
import { confirmDeletions, getPair, getPairs, patchPair, pausePair, resumePair, verifyPair } from './api/pairs.ts';
import { deleteAccount, deleteMe, deletePair, getRemoval, getRemovals } from './api/removal.ts';
import { returnGoogle, startGoogle } from './googleSignIn.ts';
import { connectIcloud, startIcloud } from './icloudSignIn.ts';
import { returnMicrosoft, startMicrosoft } from './microsoftSignIn.ts';
import type { Handler } from './needs.ts';
import { getAdmins } from './page/adminsPage.ts';
import {
  confirmByForm,
  optionsByForm,
  pauseByForm,
  refreshByForm,
  removeAccountByForm,
  removeMeByForm,
  removePairByForm,
  resumeByForm,
  signOutByForm,
  startByForm,
  verifyByForm,
} from './page/formHandlers.ts';
import { getNewPair, getPairPage, getPreview } from './page/pairHandlers.ts';
import { getRemovalPage } from './page/removalPage.ts';
import { getPage, getScript } from './page.ts';
import { getPolicy } from './policy.ts';

/** One address and who answers it. */
export interface Address {
  /** The function's name in the host; unique. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As the Functions host writes routes: without a leading slash but for the root, `{id}` for a part. */
  readonly route: string;
  readonly answer: Handler;
}

export const signInAddresses: readonly Address[] = [
  { name: 'connectMicrosoft', method: 'GET', route: 'connect/microsoft', answer: startMicrosoft },
  { name: 'connectMicrosoftReturn', method: 'GET', route: 'connect/microsoft/callback', answer: returnMicrosoft },
  { name: 'connectMicrosoftAdmin', method: 'GET', route: 'connect/microsoft/admin', answer: startAdminConsent },
  { name: 'connectMicrosoftApproval', method: 'GET', route: 'connect/microsoft/approval', answer: getApproval },
  {
    name: 'connectMicrosoftAdminReturn',
    method: 'GET',
    route: 'connect/microsoft/admin/callback',
    answer: returnAdminConsent,
  },
  { name: 'connectGoogle', method: 'GET', route: 'connect/google', answer: startGoogle },
  { name: 'connectGoogleReturn', method: 'GET', route: 'connect/google/callback', answer: returnGoogle },
  { name: 'connectIcloud', method: 'GET', route: 'connect/icloud', answer: startIcloud },
  { name: 'connectIcloudCheck', method: 'POST', route: 'connect/icloud', answer: connectIcloud },
];

export const pageAddresses: readonly Address[] = [
  { name: 'pagePolicy', method: 'GET', route: 'policy', answer: getPolicy },
  { name: 'page', method: 'GET', route: '/', answer: getPage },
  { name: 'pageScript', method: 'GET', route: 'page.js', answer: getScript },
  { name: 'pageAdmins', method: 'GET', route: 'admins', answer: getAdmins },
  { name: 'pageNewPair', method: 'GET', route: 'new-pair', answer: getNewPair },
  { name: 'pagePreview', method: 'GET', route: 'new-pair/preview', answer: getPreview },
  { name: 'pagePair', method: 'GET', route: 'pairs/{id}', answer: getPairPage },
  { name: 'pageRemoval', method: 'GET', route: 'removals/{id}', answer: getRemovalPage },
  { name: 'formStart', method: 'POST', route: 'pairs', answer: startByForm },
  { name: 'formPause', method: 'POST', route: 'pairs/{id}/pause', answer: pauseByForm },
  { name: 'formResume', method: 'POST', route: 'pairs/{id}/resume', answer: resumeByForm },
  { name: 'formVerify', method: 'POST', route: 'pairs/{id}/verify', answer: verifyByForm },
  { name: 'formConfirm', method: 'POST', route: 'pairs/{id}/confirm-deletions', answer: confirmByForm },
  { name: 'formOptions', method: 'POST', route: 'pairs/{id}/options', answer: optionsByForm },
  { name: 'formRemovePair', method: 'POST', route: 'pairs/{id}/remove', answer: removePairByForm },
  { name: 'formRefresh', method: 'POST', route: 'accounts/{id}/refresh', answer: refreshByForm },
  { name: 'formRemoveAccount', method: 'POST', route: 'accounts/{id}/remove', answer: removeAccountByForm },
  { name: 'formRemoveMe', method: 'POST', route: 'me/remove', answer: removeMeByForm },
  { name: 'formSignOut', method: 'POST', route: 'sign-out', answer: signOutByForm },
];

export const apiAddresses: readonly Address[] = [
  { name: 'health', method: 'GET', route: 'health', answer: getHealth },
  { name: 'me', method: 'GET', route: 'api/me', answer: getMe },
  { name: 'meRemove', method: 'DELETE', route: 'api/me', answer: deleteMe },
  { name: 'signOut', method: 'DELETE', route: 'api/session', answer: signOut },
  { name: 'accountRefresh', method: 'POST', route: 'api/accounts/{id}/refresh', answer: refreshAccount },
  { name: 'accountRemove', method: 'DELETE', route: 'api/accounts/{id}', answer: deleteAccount },
  { name: 'removals', method: 'GET', route: 'api/removals', answer: getRemovals },
  { name: 'removal', method: 'GET', route: 'api/removals/{id}', answer: getRemoval },
  { name: 'calendars', method: 'GET', route: 'api/calendars', answer: getCalendars },
  { name: 'pairs', method: 'GET', route: 'api/pairs', answer: getPairs },
  { name: 'pairCreate', method: 'POST', route: 'api/pairs', answer: createPair },
  { name: 'pairPreview', method: 'POST', route: 'api/pairs/preview', answer: previewPair },
  { name: 'pair', method: 'GET', route: 'api/pairs/{id}', answer: getPair },
  { name: 'pairChange', method: 'PATCH', route: 'api/pairs/{id}', answer: patchPair },
  { name: 'pairRemove', method: 'DELETE', route: 'api/pairs/{id}', answer: deletePair },
  { name: 'pairHistory', method: 'GET', route: 'api/pairs/{id}/history', answer: getHistory },
  { name: 'pairPause', method: 'POST', route: 'api/pairs/{id}/pause', answer: pausePair },
  { name: 'pairResume', method: 'POST', route: 'api/pairs/{id}/resume', answer: resumePair },
  { name: 'pairConfirm', method: 'POST', route: 'api/pairs/{id}/confirm-deletions', answer: confirmDeletions },
  { name: 'pairVerify', method: 'POST', route: 'api/pairs/{id}/verify', answer: verifyPair },
];
