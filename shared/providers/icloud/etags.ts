/** The same etag, however it came: in a header or a property, weak, unquoted, or marked by a proxy that compressed the answer. */
export function sameEtag(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && bare(a) === bare(b);
}

/** As a condition wants it. */
export function quotedEtag(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`;
}

function bare(etag: string): string {
  return etag
    .replace(/^W\//, '')
    .replace(/^"|"$/g, '')
    .replace(/[-;]gzip$/, '');
}
