import sax from 'sax';
import { ProviderError } from '../errors.ts';

/** The XML of WebDAV, read by namespace: prefixes differ from server to server, iCloud declares a default namespace anew on each element. */

export const DAV = 'DAV:';
export const CALDAV = 'urn:ietf:params:xml:ns:caldav';
export const CALENDARSERVER = 'http://calendarserver.org/ns/';
export const APPLE = 'http://apple.com/ns/ical/';

/** One element; text is that of the element itself, CDATA included. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
  /** By local name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

/** Deeper than any answer of the protocol. */
const DEEPEST = 40;

/** Reads a document in the pieces in which it comes. */
export interface XmlReader {
  /** @throws malformed for what is not well-formed, and for a document type declaration: none belongs here, and entities come with it */
  read(piece: string): void;
  /** @returns the root element. @throws malformed where the document has not come to its end */
  end(): XmlElement;
}

/** The root element of a document. @throws as `XmlReader` */
export function parseXml(text: string): XmlElement {
  const reader = createXmlReader();
  reader.read(text);
  return reader.end();
}

/** @param keeps says of each child of the root, when it ends, whether it stays among the root's children; by default all do */
export function createXmlReader(keeps: (child: XmlElement) => boolean = () => true): XmlReader {
  let root: Growing | undefined;
  const open: Growing[] = [];
  const parser = sax.parser(true, { xmlns: true });
  parser.onerror = (cause) => {
    throw malformed('is not well-formed', 'not-xml', cause);
  };
  parser.ondoctype = () => {
    throw malformed('has a document type declaration', 'doctype');
  };
  parser.onopentag = (tag) => {
    if (open.length > DEEPEST) throw malformed('is nested too deeply', 'not-xml');
    const element = begun(tag as sax.QualifiedTag);
    root ??= element;
    open.push(element);
  };
  const takeText = (piece: string) => {
    const inner = open.at(-1);
    if (inner) inner.text += piece;
  };
  parser.ontext = takeText;
  parser.oncdata = takeText;
  parser.onclosetag = () => {
    const element = open.pop();
    const parent = open.at(-1);
    if (element && parent && (open.length > 1 || keeps(element))) parent.children.push(element);
  };
  /** A carriage return at the end of a piece: the line feed that belongs to it may come with the next. */
  let held = '';
  return {
    // One kind of line end before anything else, as the specification wants it (XML 1.0, 2.11); the parser leaves it to others.
    read(piece) {
      const text = held + piece;
      held = text.endsWith('\r') ? '\r' : '';
      parser.write(text.slice(0, text.length - held.length).replaceAll(/\r\n?/g, '\n'));
    },
    end() {
      parser.write(held.replace('\r', '\n')).close();
      if (!root) throw malformed('is empty', 'not-xml');
      return root;
    },
  };
}

/** An element whose end has not been read. */
interface Growing extends XmlElement {
  text: string;
  readonly children: XmlElement[];
}

const noAttributes: XmlElement['attributes'] = {};

function begun({ uri, local, attributes }: sax.QualifiedTag): Growing {
  const own = Object.values(attributes).filter(({ name }) => !/^xmlns(:|$)/.test(name));
  return {
    namespace: uri,
    name: local,
    text: '',
    attributes: own.length > 0 ? Object.fromEntries(own.map((one) => [one.local, one.value])) : noAttributes,
    children: [],
  };
}

function malformed(what: string, code: string, cause?: unknown): ProviderError {
  return new ProviderError('malformed', `The calendar server's XML ${what}.`, { code, cause });
}

export function isElement(element: XmlElement, namespace: string, name: string): boolean {
  return element.namespace === namespace && element.name === name;
}

export function childOf(element: XmlElement | undefined, namespace: string, name: string): XmlElement | undefined {
  return element?.children.find((child) => isElement(child, namespace, name));
}

export function childrenOf(element: XmlElement, namespace: string, name: string): XmlElement[] {
  return element.children.filter((child) => isElement(child, namespace, name));
}

/** The element itself or one below it, anywhere. */
export function holds(element: XmlElement, namespace: string, name: string): boolean {
  return isElement(element, namespace, name) || element.children.some((child) => holds(child, namespace, name));
}

/** Trimmed text of a child that has some. */
export function textIn(element: XmlElement | undefined, namespace: string, name: string): string | undefined {
  return childOf(element, namespace, name)?.text.trim() || undefined;
}

/** For element content; control characters, which XML does not know, are left out. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  );
}
