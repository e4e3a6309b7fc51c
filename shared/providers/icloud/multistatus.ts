import { ProviderError } from '../errors.ts';
import { pathOfHref } from './path.ts';
import {
  childOf,
  childrenOf,
  createXmlReader,
  DAV,
  holds,
  isElement,
  parseXml,
  textIn,
  type XmlElement,
} from './xml.ts';

/** What a 207 says of one resource. */
export interface DavResponse {
  /** As it is kept; see `path.ts`. */
  readonly path: string;
  /** Of the resource as a whole; 200 where only its properties have one. */
  readonly status: number;
  /** The properties that are there, in one element; those that came with another status than 2xx are left out, and so is the etag. */
  readonly props: XmlElement;
  readonly etag: string | undefined;
}

/** The body of a 207, or of a 507 that holds partial results. */
export interface Multistatus {
  readonly responses: readonly DavResponse[];
  readonly syncToken: string | undefined;
  /** Says that the token in the question was not valid, although the status does not. */
  readonly refusesToken: boolean;
}

/** Where hrefs are to be read from. */
export interface HrefBase {
  readonly root: string;
  /** Path of the request. */
  readonly path: string;
}

/** Reads a multistatus in the pieces in which it comes. A listing may name fifty thousand resources, so that of each only what is said of it is kept. */
export interface MultistatusReader {
  /** @throws malformed */
  read(piece: string): void;
  /** @throws malformed for anything but a multistatus */
  end(): Multistatus;
}

/** @throws malformed for anything but a multistatus */
export function multistatusIn(text: string, base: HrefBase): Multistatus {
  const reader = createMultistatusReader(base);
  reader.read(text);
  return reader.end();
}

export function createMultistatusReader(base: HrefBase): MultistatusReader {
  const responses: DavResponse[] = [];
  let refusesToken = false;
  const xml = createXmlReader((element) => {
    refusesToken ||= holds(element, DAV, 'valid-sync-token');
    const isResponse = isElement(element, DAV, 'response');
    if (isResponse) responses.push(...responsesIn(element, base));
    return !isResponse;
  });
  return {
    read: xml.read,
    end() {
      const root = xml.end();
      if (root.namespace !== DAV || root.name !== 'multistatus') {
        throw new ProviderError('malformed', 'The calendar server answered with another document than a multistatus.', {
          code: 'no-multistatus',
        });
      }
      return { responses, syncToken: textIn(root, DAV, 'sync-token'), refusesToken };
    },
  };
}

/** A response may name several hrefs that share a status (RFC 4918, 14.24). */
function responsesIn(element: XmlElement, { root, path }: HrefBase): DavResponse[] {
  const propstats = childrenOf(element, DAV, 'propstat').map((propstat) => ({
    status: statusIn(propstat) ?? 200,
    props: childOf(propstat, DAV, 'prop')?.children ?? [],
  }));
  // A resource whose properties are missing is there.
  const status = statusIn(element) ?? 200;
  const there = propstats.filter(({ status }) => isSuccess(status)).flatMap((propstat) => propstat.props);
  const [etag] = there.flatMap((prop) => (isElement(prop, DAV, 'getetag') ? ownText(prop.text.trim()) || [] : []));
  const others = there.filter((prop) => !isElement(prop, DAV, 'getetag'));
  const props = others.length > 0 ? { ...noProps, children: others } : noProps;
  return childrenOf(element, DAV, 'href').map(({ text }) => ({
    path: pathOfHref(text.trim(), root, path),
    status,
    props,
    etag,
  }));
}

/** A part of a text keeps all of it in memory; an etag is kept long after the page it came on. */
function ownText(part: string): string {
  return Buffer.from(part).toString();
}

const noProps: XmlElement = { namespace: DAV, name: 'prop', text: '', attributes: {}, children: [] };

function statusIn(element: XmlElement): number | undefined {
  const status = /^HTTP\/\d(?:\.\d)?\s+(\d{3})/.exec(textIn(element, DAV, 'status') ?? '')?.[1];
  return status === undefined ? undefined : Number(status);
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The names of the conditions in an error's body (RFC 4918, 16); empty where the body is none. */
export function conditionsIn(text: string): string[] {
  try {
    return errorsIn(parseXml(text)).flatMap((error) => error.children.map(({ name }) => name));
  } catch {
    return [];
  }
}

function errorsIn(element: XmlElement): XmlElement[] {
  if (element.namespace === DAV && element.name === 'error') return [element];
  return element.children.flatMap(errorsIn);
}

/** Collections are named with and without the slash at the end. */
export function samePath(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '');
}
