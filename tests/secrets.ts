/** What tokens, codes and cookies look like at the services here, and in ours. */
export const tokens: Readonly<Record<string, RegExp>> = {
  'a refresh token of Microsoft': /M\.C5[\w-]{20,}/,
  'an access token of Microsoft': /EwB4A8l6[\w-]{20,}/,
  'a code of Microsoft': /\b0\.A[\w-]{30,}/,
  'a refresh token of Google': /1\/\/0[\w-]{20,}/,
  'an access token of Google': /ya29\.[\w-]{20,}/,
  'a code of Google': /4(\/|%2F)0A[\w-]{20,}/,
  'an id token or a sealed cookie': /eyJ[\w-]{15,}\.[\w-]*\.[\w-]+/,
  'Basic credentials': /Basic [A-Za-z0-9+/]{20,}/,
};

/** Names what secrets of whoever signs in a text holds. */
export function secretsIn(text: string, passwords: readonly string[] = []): string[] {
  const found = Object.entries(tokens).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));
  return passwords.some((password) => text.includes(password)) ? [...found, 'a password'] : found;
}
