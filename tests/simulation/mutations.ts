import type { SourceChange } from './harness/loader.ts';

/**
 * Ways in which the engine is broken on purpose, to show that the simulation finds what it promises to find. Each changes a line of a source while
 * it is loaded; nothing of it is in the product.
 */
export interface Mutation {
  readonly name: string;
  /** Which invariant must be seen to fail. */
  readonly breaks: string;
  /** Where the search begins: a little before a world that is known to show it, so that the test takes seconds. */
  readonly seed?: number;
  /** Faults without which it shows seldom. */
  readonly favours?: readonly string[];
  /** The kinds of failure by which that shows. */
  readonly shows: readonly string[];
  readonly changes: readonly SourceChange[];
}

const roundFile = 'shared/sync/round.ts';

export const mutations: readonly Mutation[] = [
  {
    name: 'cursor-before-links',
    seed: 120,
    breaks:
      'Recovery: what was read before the cursor moved on is lost with the worker that had it, and nobody looks after that.',
    shows: ['missing', 'extra', 'lost edit', 'rest'],
    changes: [
      {
        file: 'shared/sync/leaseKeeper.ts',
        from: '  if (!lease?.abandoned) return lease;\n',
        to: '  return lease;\n',
      },
      { file: 'shared/sync/due.ts', from: 'if (died) return full(needs, true)(calendarId);', to: 'void died;' },
      {
        file: roundFile,
        from: '  let changes = 0;\n  try {\n',
        to: '  let changes = 0;\n  const early = [];\n  try {\n',
      },
      { file: roundFile, from: '      await team.take(step.value);\n', to: '      early.push(step.value);\n' },
      {
        file: roundFile,
        from: '    await team.finish(step.value);\n',
        to: `    await needs.stores.calendars.commitRound(keeper.current(), {
      cursor: step.value.cursor, ...('window' in start && { window: start.window }), now: needs.clock.now(),
    });
    for (const page of early) await team.take(page);
    await team.finish(step.value);\n`,
      },
    ],
  },
  {
    name: 'echo-not-recognised',
    breaks: "Rest: what Hetk wrote itself is taken for somebody's change.",
    shows: ['rest'],
    changes: [
      {
        file: 'shared/sync/weigh.ts',
        from: 'projectionSame: Boolean(link && content && projectionIsSame(keyring, link, content)),',
        to: 'projectionSame: false,',
      },
    ],
  },
  {
    name: 'marker-ignored',
    breaks: 'No loops: copies are taken for originals and copied on.',
    shows: ['extra', 'privacy', 'rest', 'broken'],
    changes: [
      {
        file: 'shared/sync/decide.ts',
        from: "action: 'nothing', when: (s) => has(s, (event) => event.marker !== undefined) },",
        to: "action: 'nothing', when: () => false },",
      },
    ],
  },
  {
    name: 'location-leaks',
    breaks: 'Privacy: a private copy tells where.',
    shows: ['privacy'],
    changes: [
      {
        file: 'shared/sync/projection.ts',
        from: "return { title: 'Busy', description: '', location: '', span",
        to: "return { title: 'Busy', description: '', location: original.location, span",
      },
    ],
  },
  {
    name: 'title-logged',
    breaks: 'Privacy: the log tells what.',
    shows: ['privacy'],
    changes: [
      {
        file: 'shared/sync/routeWork.ts',
        from: '    total += events.length;\n',
        to: "    total += events.length;\n    needs.log('took', { first: events[0]?.title });\n",
      },
    ],
  },
  {
    name: 'title-stored',
    breaks: 'Privacy: a link remembers what it links in clear.',
    shows: ['privacy'],
    changes: [
      {
        file: 'shared/sync/linkRecord.ts',
        from: '    stored: sealStored(needs.keyring, copy),\n',
        to: '    stored: sealStored(needs.keyring, copy),\n    problem: copy.title,\n',
      },
    ],
  },
  {
    name: 'absence-believed',
    favours: ['empty-list', 'empty-value', 'query-gap', 'truncated-page'],
    breaks: 'Absence is not deletion: a listing that shows too little takes copies away.',
    shows: ['absence'],
    changes: [
      {
        file: 'shared/sync/absence.ts',
        from: '  if (suspects.length === 0) return;\n',
        to: '  if (suspects.length >= 0) return;\n',
      },
    ],
  },
  {
    name: 'attendee-written',
    breaks: 'No mail: a copy at Google invites somebody.',
    shows: ['mail'],
    changes: [
      {
        file: 'shared/providers/google/body.ts',
        from: '    summary: titleFrom(content.title),\n    ...(description',
        to: "    summary: titleFrom(content.title),\n    attendees: [{ email: 'somebody@guests.example' }],\n    ...(description",
      },
    ],
  },
  {
    name: 'reminder-left-on',
    breaks: 'Nothing extra: a copy at Google rings.',
    shows: ['nothing extra'],
    changes: [
      {
        file: 'shared/providers/google/body.ts',
        from: 'reminders: { useDefault: false, overrides: [] },',
        to: 'reminders: { useDefault: true },',
      },
    ],
  },
  {
    name: 'foreign-touched',
    seed: 108,
    breaks: 'Nothing foreign: an edited copy of a one-way pair changes its original.',
    shows: ['foreign'],
    changes: [
      {
        file: 'shared/sync/routeWork.ts',
        from: 'const twoWay = route.twinId !== undefined && source.writable;',
        to: 'const twoWay = source.writable;',
      },
    ],
  },
  {
    name: 'edit-lost',
    seed: 108,
    breaks: 'No lost edit: what was written into a copy is put back instead of taken over.',
    shows: ['lost edit'],
    changes: [
      {
        file: 'shared/sync/merge.ts',
        from: '  return unproject(original, copy, won, options);\n',
        to: '  return unproject(original, copy, [], { ...options, markPrivate: won.length > 99 });\n',
      },
    ],
  },
  {
    name: 'deletion-beats-edit',
    seed: 126,
    breaks: 'No lost edit: an original that is deleted takes its edited copy with it.',
    shows: ['lost edit'],
    changes: [
      {
        file: 'shared/sync/decide.ts',
        from: "action: 'restore', when: (s) => !s.original && live(s) && s.givesBack },",
        to: "action: 'restore', when: () => false },",
      },
    ],
  },
  {
    name: 'deletion-of-copy-ignored',
    seed: 128,
    breaks: 'Two-way: an original whose copy was deleted stays.',
    shows: ['deletion', 'missing'],
    changes: [
      {
        file: 'shared/sync/decide.ts',
        from: "when: (s) => s.twoWay && s.copy === 'missing' && s.originalSame,",
        to: 'when: () => false,',
      },
    ],
  },
  {
    name: 'removal-leaves-copies',
    breaks: 'Removal: copies that were to go stay.',
    shows: ['removal'],
    changes: [
      {
        file: 'shared/sync/removal.ts',
        from: '      if (target && !target.goneAt) await deleteCopies(',
        to: '      if (target?.goneAt) await deleteCopies(',
      },
      {
        file: 'shared/sync/removal.ts',
        from: "if (copies === 'remove' && target?.accountStatus === 'active')",
        to: "if (copies === 'remove' && target?.accountStatus === 'removing')",
      },
    ],
  },
  {
    name: 'removal-leaves-rows',
    breaks: 'Removal: links of a removed route stay in the table.',
    shows: ['removal'],
    changes: [
      {
        file: 'shared/sync/removal.ts',
        from: '  await stores.links.removeRoute(route.id);\n',
        to: '',
      },
      { file: 'shared/sync/removal.ts', from: '  await stores.links.removeRoute(routeId);\n', to: '' },
    ],
  },
  {
    name: 'identity-by-the-clock',
    breaks: 'Uniqueness: a creation that is repeated after a crash does not find its first copy.',
    shows: ['extra', 'absence'],
    changes: [
      {
        file: 'shared/sync/apply.ts',
        from: '  const generation = generationOf(task);\n',
        to: '  const generation = generationOf(task) + (Math.floor(world.needs.clock.now() / 1000) % 100_000);\n',
      },
    ],
  },
];

/** @throws Error for a name that is none */
export function mutationNamed(name: string): Mutation {
  const found = mutations.find((mutation) => mutation.name === name);
  if (!found)
    throw new Error(`There is no mutation ${name}; there are ${mutations.map((each) => each.name).join(', ')}.`);
  return found;
}
