/** What keys are for. Each purpose has its own, and each can be rotated: the newest signs or encrypts, all of them verify or decrypt. */
export type KeyPurpose = 'credentials' | 'push' | 'session' | 'links';

export interface Key {
  /** At most 8 characters `[a-z0-9]`; travels beside what the key made. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

export interface Keyring {
  /** The key that signs and encrypts now. */
  newest(purpose: KeyPurpose): Key;
  /** Any key still valid, by its id. */
  find(purpose: KeyPurpose, id: string): Key | undefined;
  /** The client secrets of our registrations. */
  secret(name: 'microsoft' | 'google'): string | undefined;
}
