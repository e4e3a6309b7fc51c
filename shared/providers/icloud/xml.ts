import { DOMParser, type Element } from '@xmldom/xmldom';
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

/**
 * The root element of a document.
 * @throws malformed for what is not well-formed, and for a document type declaration: none belongs here, and entities come with it
 */
export function parseXml(text: string): XmlElement {
  if (/<!DOCTYPE/i.test(withoutCdata(text))) throw malformed('has a document type declaration', 'doctype');
  let root: Element | null;
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    });
    root = parser.parseFromString(text, 'text/xml').documentElement;
  } catch (cause) {
    throw malformed('is not well-formed', 'not-xml', cause);
  }
  if (!root) throw malformed('is empty', 'not-xml');
  return elementOf(root, 0);
}

function withoutCdata(text: string): string {
  return text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
}

function malformed(what: string, code: string, cause?: unknown): ProviderError {
  return new ProviderError('malformed', `The calendar server's XML ${what}.`, { code, cause });
}

function elementOf(element: Element, depth: number): XmlElement {
  if (depth > DEEPEST) throw malformed('is nested too deeply', 'not-xml');
  const children: XmlElement[] = [];
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === node.ELEMENT_NODE) children.push(elementOf(node as Element, depth + 1));
    else if (node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE)
      text += node.nodeValue ?? '';
  }
  const attributes: Record<string, string> = {};
  for (const attribute of element.attributes) attributes[attribute.localName ?? attribute.name] = attribute.value;
  return { namespace: element.namespaceURI ?? '', name: element.localName ?? '', text, attributes, children };
}

function isElement(element: XmlElement, namespace: string, name: string): boolean {
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
