import type { Sensitivity, ShowAs } from '../../calendar/event.ts';
import { type Component, type ContentLine, plainLine, textOf } from './contentLines.ts';

/**
 * Free/busy and sensitivity in iCalendar's words. TRANSP, STATUS and CLASS are what other programs show and change; what they cannot say is in
 * Outlook's property or in one of ours, which count as long as they do not contradict what a person sees.
 */
const busyProperty = 'X-MICROSOFT-CDO-BUSYSTATUS';
const intendedProperty = 'X-MICROSOFT-CDO-INTENDEDSTATUS';
const sensitivityProperty = 'X-HETK-SENSITIVITY';

const outlookWords: Readonly<Record<ShowAs, string>> = {
  free: 'FREE',
  tentative: 'TENTATIVE',
  busy: 'BUSY',
  oof: 'OOF',
  workingElsewhere: 'WORKINGELSEWHERE',
};

export function showAsOf(event: Component): ShowAs {
  const said = word(event, busyProperty) || word(event, intendedProperty);
  const outlook = (Object.keys(outlookWords) as ShowAs[]).find((showAs) => outlookWords[showAs] === said);
  const transparency = word(event, 'TRANSP');
  if (transparency === 'TRANSPARENT') return outlook === 'workingElsewhere' ? outlook : 'free';
  if (outlook === 'oof' || outlook === 'workingElsewhere') return outlook;
  if (word(event, 'STATUS') === 'TENTATIVE') return 'tentative';
  if (outlook === 'tentative' && word(event, 'STATUS') !== 'CONFIRMED') return outlook;
  // Made busy by a program that does not know Outlook's word, which is left over.
  return outlook === 'free' && transparency === '' ? 'free' : 'busy';
}

/** The properties that say a state, and those that would contradict it. */
export const showAsProperties = ['TRANSP', busyProperty, intendedProperty];

export function showAsLines(showAs: ShowAs): ContentLine[] {
  return [
    plainLine('TRANSP', showAs === 'free' ? 'TRANSPARENT' : 'OPAQUE'),
    plainLine(busyProperty, outlookWords[showAs]),
  ];
}

/** The STATUS that belongs to a state; an event that is not cancelled is confirmed or tentative. */
export function statusLine(showAs: ShowAs): ContentLine {
  return plainLine('STATUS', showAs === 'tentative' ? 'TENTATIVE' : 'CONFIRMED');
}

const classes: Readonly<Record<Sensitivity, string>> = {
  normal: 'PUBLIC',
  personal: 'PRIVATE',
  private: 'PRIVATE',
  confidential: 'CONFIDENTIAL',
};

export function sensitivityOf(event: Component): Sensitivity {
  const said = word(event, 'CLASS');
  if (said === '' || said === 'PUBLIC') return 'normal';
  if (said === 'CONFIDENTIAL') return 'confidential';
  // A class that nobody knows is to be treated as private (RFC 5545, 3.8.1.3).
  return word(event, sensitivityProperty) === 'PERSONAL' ? 'personal' : 'private';
}

export const sensitivityProperties = ['CLASS', sensitivityProperty];

export function sensitivityLines(sensitivity: Sensitivity): ContentLine[] {
  return [
    plainLine('CLASS', classes[sensitivity]),
    ...(sensitivity === 'personal' ? [plainLine(sensitivityProperty, 'PERSONAL')] : []),
  ];
}

function word(event: Component, property: string): string {
  return textOf(event, property).trim().toUpperCase();
}
