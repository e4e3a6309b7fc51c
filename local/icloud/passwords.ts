import type { Random } from '../../shared/platform/random.ts';

/** The app-specific password that everybody has from the beginning. */
export const firstPassword = 'hetk-demo-pass-word';

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** https://support.apple.com/102654 */
const MOST = 25;

/** App-specific passwords by person. A person may make more, and taking them back takes all of them. In memory. */
export function createPasswords(random: Random) {
  const byPerson = new Map<string, string[]>();
  const of = (email: string) => byPerson.get(email.toLowerCase()) ?? [firstPassword];
  return {
    isGood: (email: string, password: string): boolean => of(email).includes(password),
    /** @returns a new one, as Apple shows it */
    issue(email: string): string {
      const text = [...random.bytes(16)].map((byte) => letters[byte % letters.length]).join('');
      const password = text.replace(/(.{4})(?=.)/g, '$1-');
      byPerson.set(email.toLowerCase(), [...of(email), password].slice(-MOST));
      return password;
    },
    /** As when the person changes the password of their Apple account. */
    revoke(email: string): void {
      byPerson.set(email.toLowerCase(), []);
    },
  };
}
