import { ProviderError } from '../errors.ts';

/**
 * Paths as Hetk keeps them: decoded, so that two spellings of one address are one, and without a host, because the partition
 * host of an account may move (p180-caldav.icloud.com became p181-caldav.icloud.com and clients that kept addresses had everything twice).
 * Only what would change its meaning stays escaped: a slash or percent sign within a name, and `#`, which parts a resource from its occurrence.
 */
export function canonicalPath(path: string): string {
  return path.split('/').map(decoded).join('/');
}

function decoded(segment: string): string {
  let text = segment;
  try {
    text = decodeURIComponent(segment);
  } catch {
    // A lone percent sign stands for itself.
  }
  return text.replace(/[%/#?]/g, encodeURIComponent);
}

/** A kept path as a request and an href want it. */
export function requestPath(canonical: string): string {
  return canonical
    .split('/')
    .map((segment) => encodeURIComponent(segment.replace(/%(25|2F|23|3F)/gi, decodeURIComponent)))
    .join('/');
}

/** Only iCloud's own hosts may see an iCloud account's credentials. */
function isIcloudHost(url: URL): boolean {
  return (
    url.protocol === 'https:' &&
    (url.hostname === 'icloud.com' || url.hostname.endsWith('.icloud.com')) &&
    (url.port === '' || url.port === '443')
  );
}

/**
 * The kept path of an href in an answer.
 * @param root the configured address of the service
 * @param base request path that relative hrefs start from
 * @throws malformed when it points to a host that is neither the configured one nor iCloud's
 */
export function pathOfHref(href: string, root: string, base: string): string {
  return canonicalPath(addressOf(href, root, base).pathname);
}

/** Does an address lie on one of iCloud's partition hosts? Nobody else has them. */
export function isOnPartition(href: string, root: string): boolean {
  const url = URL.canParse(href) ? new URL(href) : new URL(root);
  return isIcloudHost(url);
}

function addressOf(href: string, root: string, base: string): URL {
  const origin = new URL(root).origin;
  const url = URL.canParse(href.trim(), `${origin}${base}`) ? new URL(href.trim(), `${origin}${base}`) : undefined;
  if (url && (url.origin === origin || isIcloudHost(url))) return url;
  throw new ProviderError('malformed', 'The calendar server names an address on a host that is not its own.', {
    code: 'foreign-host',
  });
}

/**
 * Where a redirect leads, if credentials may go there: the configured origin, or from one of iCloud's hosts to another.
 * @throws malformed otherwise
 */
export function redirectTarget(location: string, from: URL, root: string): URL {
  const configured = new URL(root);
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const allowed = url && (url.origin === configured.origin || (isIcloudHost(configured) && isIcloudHost(url)));
  if (allowed && !url.username && !url.password) return url;
  throw new ProviderError('malformed', 'The calendar server redirects to a host that is not its own.', {
    code: 'foreign-host',
  });
}
