import { domainToASCII } from 'node:url';

/** The domain of an e-mail address as DNS writes it: lower case, punycode; empty where the address has none that is valid. */
export function domainOf(email: string): string {
  return asDomain(email.slice(email.lastIndexOf('@') + 1));
}

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** What somebody typed as a domain, as DNS writes it; empty when it is none: one label alone, an address, anything else. */
export function asDomain(text: string): string {
  const name = text.trim().replace(/\.$/, '');
  // What stands in an address but not in a domain would be cut off silently.
  if (/[/\\?#@:[\]]/.test(name)) return '';
  const domain = domainToASCII(name).toLowerCase();
  const labels = domain.split('.');
  // `_hetk.` goes before it, and a whole name has at most 253 characters.
  const fits = domain.length <= 240 && labels.length > 1 && labels.every((each) => label.test(each));
  return fits && !/^[\d.]+$/.test(domain) ? domain : '';
}
