import { getApproval, returnAdminConsent, startAdminConsent } from './adminConsent.ts';
import { getCalendars } from './api/calendars.ts';
import { createPair, previewPair } from './api/createPair.ts';
import { getHealth } from './api/health.ts';
import { getMe, refreshAccount, signOut } from './api/me.ts';
import {
  confirmDeletions,
  getHistory,
  getPair,
  getPairs,
  patchPair,
  pausePair,
  resumePair,
  verifyPair,
} from './api/pairs.ts';
import { deleteAccount, deleteMe, deletePair } from './api/removal.ts';
import { returnGoogle, startGoogle } from './googleSignIn.ts';
import { connectIcloud, startIcloud } from './icloudSignIn.ts';
import { returnMicrosoft, startMicrosoft } from './microsoftSignIn.ts';
import type { Handler } from './needs.ts';
import { getPage, getScript, getStyle } from './page.ts';

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
  {
    name: 'connectMicrosoftAdminReturn',
    method: 'GET',
    route: 'connect/microsoft/admin/callback',
    answer: returnAdminConsent,
  },
  { name: 'connectGoogle', method: 'GET', route: 'connect/google', answer: startGoogle },
  { name: 'connectMicrosoftApproval', method: 'GET', route: 'connect/microsoft/approval', answer: getApproval },
  { name: 'connectGoogleReturn', method: 'GET', route: 'connect/google/callback', answer: returnGoogle },
  { name: 'connectIcloud', method: 'GET', route: 'connect/icloud', answer: startIcloud },
  { name: 'connectIcloudCheck', method: 'POST', route: 'connect/icloud', answer: connectIcloud },
];

export const pageAddresses: readonly Address[] = [
  { name: 'page', method: 'GET', route: '/', answer: getPage },
  { name: 'pageScript', method: 'GET', route: 'page.js', answer: getScript },
  { name: 'pageStyle', method: 'GET', route: 'page.css', answer: getStyle },
];

export const apiAddresses: readonly Address[] = [
  { name: 'health', method: 'GET', route: 'health', answer: getHealth },
  { name: 'me', method: 'GET', route: 'api/me', answer: getMe },
  { name: 'meRemove', method: 'DELETE', route: 'api/me', answer: deleteMe },
  { name: 'signOut', method: 'DELETE', route: 'api/session', answer: signOut },
  { name: 'accountRefresh', method: 'POST', route: 'api/accounts/{id}/refresh', answer: refreshAccount },
  { name: 'accountRemove', method: 'DELETE', route: 'api/accounts/{id}', answer: deleteAccount },
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
