import type { Sensitivity, ShowAs } from '../../calendar/event.ts';
import type { GoogleEvent } from './schemas.ts';

/**
 * What Google has no word for rides in two private properties, on copies and on originals that an edit was written back to. By themselves
 * they make no event a copy.
 */
interface BeyondGoogle {
  readonly showAs?: ShowAs;
  readonly sensitivity?: Sensitivity;
}

const showAsBeyond: readonly ShowAs[] = ['tentative', 'oof', 'workingElsewhere'];
const sensitivityBeyond: readonly Sensitivity[] = ['personal', 'confidential'];

/** The properties that these states need; undefined for a word that Google has itself. */
export function propertiesBeyond({ showAs, sensitivity }: BeyondGoogle): {
  hetkShowAs?: ShowAs | undefined;
  hetkSensitivity?: Sensitivity | undefined;
} {
  return {
    hetkShowAs: showAsBeyond.find((name) => name === showAs),
    hetkSensitivity: sensitivityBeyond.find((name) => name === sensitivity),
  };
}

/** What the properties of an event say, whether or not it still agrees with what Google shows. */
export function readBeyond({ extendedProperties }: GoogleEvent): BeyondGoogle {
  const { hetkShowAs, hetkSensitivity } = extendedProperties?.private ?? {};
  const showAs = showAsBeyond.find((name) => name === hetkShowAs);
  const sensitivity = sensitivityBeyond.find((name) => name === hetkSensitivity);
  return { ...(showAs && { showAs }), ...(sensitivity && { sensitivity }) };
}
