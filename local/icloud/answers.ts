import { CALDAV, DAV, escapeXml } from '../../shared/providers/icloud/xml.ts';

/** XML as iCloud writes it: the default namespace declared anew on each element of another one, texts of events in CDATA. */

export interface Prop {
  readonly namespace: string;
  readonly name: string;
  /** XML content; undefined for a property that is not there. */
  readonly content: string | undefined;
}

export function element(namespace: string, name: string, content = '', attributes = ''): string {
  const start = `<${name} xmlns="${namespace}"${attributes}`;
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
}

export function href(path: string): string {
  return `<href xmlns="DAV:">${escapeXml(path)}</href>`;
}

export function text(value: string): string {
  return escapeXml(value);
}

export function cdata(value: string): string {
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

/** One resource with its properties: those that are there, and those that are not. */
export function propResponse(path: string, props: readonly Prop[]): string {
  const there = props.filter(({ content }) => content !== undefined);
  const missing = props.filter(({ content }) => content === undefined);
  const list = (some: readonly Prop[]) =>
    some.map(({ namespace, name, content }) => element(namespace, name, content)).join('');
  const stats = [
    ...(there.length > 0 || missing.length === 0 ? [propstat(list(there), '200 OK')] : []),
    ...(missing.length > 0 ? [propstat(list(missing), '404 Not Found')] : []),
  ];
  return `<response xmlns="DAV:">${href(path)}${stats.join('')}</response>\n`;
}

function propstat(props: string, status: string): string {
  return `<propstat><prop>${props}</prop><status>HTTP/1.1 ${status}</status></propstat>`;
}

export function statusResponse(path: string, status: string, error = ''): string {
  return `<response xmlns="DAV:">${href(path)}<status>HTTP/1.1 ${status}</status>${error}</response>\n`;
}

export function multistatus(responses: readonly string[], token?: string, status = 207): Response {
  const end = token === undefined ? '' : `<sync-token>${token}</sync-token>`;
  return xml(status, `<multistatus xmlns="DAV:">\n${responses.join('')}${end}</multistatus>`);
}

/** A refusal that names the condition (RFC 4918, 16). */
export function refusal(status: number, condition: string, namespace = CALDAV, content = ''): Response {
  return xml(status, `<error xmlns="${DAV}">${element(namespace, condition, content)}</error>`);
}

function xml(status: number, body: string): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`, {
    status,
    headers: { 'content-type': 'text/xml; charset=UTF-8' },
  });
}
