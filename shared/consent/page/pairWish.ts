import type { OptionsRequest } from '../api/pairRequest.ts';

/** What a person has chosen so far; the API's schema says whether it is a wish that can be granted. */
export interface PairWish {
  readonly source?: string;
  readonly target?: string;
  readonly direction?: string;
  readonly sourceToTarget?: OptionsRequest;
  readonly targetToSource?: OptionsRequest;
}

type Direction = 'sourceToTarget' | 'targetToSource';

/** The fields of a form as the API's body. A box that is not there is one that is not ticked. */
export function wishOf(fields: URLSearchParams): PairWish {
  const text = (name: 'source' | 'target' | 'direction') => {
    const value = fields.get(name);
    return value ? { [name]: value } : {};
  };
  return {
    ...text('source'),
    ...text('target'),
    ...text('direction'),
    sourceToTarget: optionsOf(fields, 'sourceToTarget'),
    ...(fields.get('direction') !== 'one-way' && { targetToSource: optionsOf(fields, 'targetToSource') }),
  };
}

/** The options of one direction. */
export function optionsOf(fields: URLSearchParams, direction: Direction): OptionsRequest {
  const ticked = (name: string) => fields.get(`${direction}.${name}`) === 'on';
  const showAs = shown.find((state) => state === fields.get(`${direction}.showAs`));
  return {
    markPrivate: ticked('markPrivate'),
    skipFree: ticked('skipFree'),
    transformIdentity: ticked('transformIdentity'),
    ...(showAs && { showAs }),
  };
}

const shown = ['keep', 'busy', 'free', 'tentative', 'oof'] as const;

/** The other way around: a wish as the fields of a form. */
export function fieldsOf({ source, target, direction, ...ways }: PairWish): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries({ source, target, direction })) if (value) fields.set(name, value);
  for (const way of ['sourceToTarget', 'targetToSource'] as const) {
    for (const [name, value] of Object.entries(ways[way] ?? {})) {
      if (value === true) fields.set(`${way}.${name}`, 'on');
      else if (typeof value === 'string') fields.set(`${way}.${name}`, value);
    }
  }
  return fields;
}
