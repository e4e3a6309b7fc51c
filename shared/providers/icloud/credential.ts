import { z } from 'zod';

const credential = z.object({
  version: z.literal(1),
  appleId: z.string().min(1),
  /** The app-specific password, as the person was shown it. */
  password: z.string().min(1),
  /** Epoch ms: when it was last checked, so that the same password given again counts as a new one. */
  checkedAt: z.number(),
  /** Found once, then kept: paths without a host. */
  principal: z.string().exactOptional(),
  home: z.string().exactOptional(),
  /** Whether it is iCloud that answers: only its homes lie on partition hosts. */
  service: z.enum(['icloud', 'other']).exactOptional(),
});

/** What is stored of an iCloud account. */
export type IcloudCredential = Readonly<z.infer<typeof credential>>;

export function credentialFrom(fields: Omit<IcloudCredential, 'version'>): string {
  return JSON.stringify({ version: 1, ...fields });
}

/** A stored credential, or undefined where there is none that can be read. */
export function credentialIn(stored: string | undefined): IcloudCredential | undefined {
  if (stored === undefined) return undefined;
  try {
    return credential.safeParse(JSON.parse(stored)).data;
  } catch {
    return undefined;
  }
}

/** Apple's app-specific passwords: sixteen letters in four groups (https://support.apple.com/102654). */
export function isAppSpecific(password: string): boolean {
  return /^[a-z]{4}-?[a-z]{4}-?[a-z]{4}-?[a-z]{4}$/i.test(password.trim());
}
