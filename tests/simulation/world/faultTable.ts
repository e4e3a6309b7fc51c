/**
 * The faults that the simulation promises, in the words of the promise, each with the names under which it is counted. A name is where it happens
 * (a service, the network, a process, push) and what.
 */
export const faultTable: readonly (readonly [string, readonly string[]])[] = [
  [
    '429',
    [
      'microsoft: throttled',
      'microsoft: too-many-requests',
      'microsoft: token-throttled',
      'google: too-many-requests',
      'icloud: too-many-requests',
    ],
  ],
  ['503 with Retry-After', ['microsoft: unavailable, with Retry-After', 'icloud: throttled']],
  [
    '503 without Retry-After',
    [
      'microsoft: unavailable',
      'google: unavailable',
      'google: batch-unavailable',
      'google: token-unavailable',
      'microsoft: token-unavailable',
    ],
  ],
  [
    '500 and 504',
    ['microsoft: gateway-timeout', 'microsoft: server-error', 'google: server-error', 'icloud: server-error'],
  ],
  ['401 in mid-round', ['microsoft: unauthorized', 'google: unauthorized', 'icloud: unauthorized']],
  ['403 quota', ['google: rate-limit', 'google: user-rate-limit', 'google: quota', 'microsoft: subscription-quota']],
  [
    'expired cursors at any page',
    [
      'microsoft: sync-state-not-found',
      'microsoft: sync-state-invalid',
      'microsoft: resync-required',
      'google: full-sync-required',
      'google: gone-unreasoned',
      'icloud: token-expired',
    ],
  ],
  [
    '412 and 409',
    ['microsoft: conflict-409', 'google: conflict', 'google: condition-unasked', 'icloud: condition-unasked'],
  ],
  [
    'truncated pages',
    [
      'microsoft: truncated-page',
      'google: truncated-page',
      'icloud: query-gap',
      'icloud: whole-507',
      'network: answer-cut',
    ],
  ],
  [
    'repeated pages',
    [
      'microsoft: repeated-rows',
      'microsoft: replayed-rows',
      'google: repeated-page',
      'microsoft: empty-page',
      'google: empty-page',
    ],
  ],
  ['endless nextLinks', ['microsoft: endless-pages', 'google: endless-pages']],
  [
    '200 with an empty list',
    [
      'microsoft: empty-value',
      'microsoft: no-calendars',
      'google: empty-list',
      'google: no-calendars',
      'icloud: no-calendars',
      'icloud: empty-prop',
    ],
  ],
  [
    'stale reads after writes',
    [
      'microsoft: stale-round',
      'google: stale-read',
      'icloud: changes-lag',
      'icloud: text-late',
      'icloud: multiget-gap',
      'icloud: stale-body',
    ],
  ],
  [
    'response lost after the commit',
    [
      'microsoft: response-lost',
      'google: response-lost',
      'icloud: response-lost',
      'network: reset-after',
      'microsoft: batch-item-missing',
      'google: batch-part-missing',
    ],
  ],
  [
    'etags changing without content',
    ['microsoft: etag-bump', 'google: etag-change', 'icloud: etag-change', 'icloud: etag-missing'],
  ],
  ['bodies rewritten', ['microsoft: bodies-rewritten', 'google: bodies-rewritten', 'icloud: properties-dropped']],
  [
    'subscriptions gone early',
    [
      'microsoft: subscription-gone',
      'microsoft: subscription-lost',
      'google: channel-lost',
      'push: microsoft subscription gone early',
      'push: google subscription gone early',
    ],
  ],
  [
    'pages of a gateway',
    [
      'microsoft: not-json',
      'microsoft: not-json-error',
      'google: not-json',
      'google: not-json-error',
      'microsoft: token-not-json',
      'icloud: gateway-page',
      'icloud: not-xml',
    ],
  ],
  ['connection broken before the request', ['network: reset-before']],
  ['identities that were used', ['microsoft: duplicate-409', 'microsoft: duplicate-unnamed']],
  [
    'rounds that lack or invent rows',
    ['microsoft: master-missing', 'microsoft: null-stubs', 'microsoft: unknown-removed', 'google: series-deletion-cut'],
  ],
  ['conditions and reminders not heeded', ['microsoft: if-match-ignored', 'microsoft: reminder-ignored']],
  ['accounts moved to other hosts', ['icloud: foreign-home', 'icloud: foreign-redirect', 'icloud: partition-redirect']],
  ['rights not told', ['icloud: privileges-missing']],
  ['push lost', ['microsoft: notification-lost', 'google: notification-lost']],
  ['push doubled', ['microsoft: notification-doubled', 'google: notification-doubled']],
  ['push reordered', ['microsoft: notification-reordered']],
  ['push late', ['microsoft: notification-late', 'google: notification-late']],
  ['push delayed by hours', ['push: delayed by hours']],
  ['push forged', ['microsoft: notification-forged', 'google: notification-forged', 'push: forged by a stranger']],
  ['push in mixed batches', ['microsoft: notification-mixed']],
  [
    'lifecycle events',
    ['push: lifecycle reauthorizationRequired', 'push: lifecycle subscriptionRemoved', 'push: lifecycle missed'],
  ],
  ['subscription refused', ['microsoft: validation-failed', 'microsoft: subscription-doubled']],
  ['killed between any two awaits', ['process: killed']],
  ['two workers on one calendar', ['process: two workers on one calendar']],
  ['a lease that expires under its holder', ['process: lease expired under its holder']],
  ['held up for minutes', ['process: held up']],
  ['messages hidden for ten minutes', ['process: message hidden for ten minutes']],
  ['messages doubled', ['process: message-doubled']],
  ['messages delayed', ['process: message-delayed']],
  ['clocks that differ by seconds', ['process: clocks differ']],
  ['refresh-token rotation lost in mid-save', ['process: token rotation lost']],
];
