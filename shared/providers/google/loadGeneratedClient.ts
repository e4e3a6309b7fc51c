type GeneratedClient = typeof import('./generatedClient.ts');

let loaded: Promise<GeneratedClient> | undefined;

/** Google's generated client. It is large, so that it is read when first asked for and not at the start of a process. */
export function loadGeneratedClient(): Promise<GeneratedClient> {
  loaded ??= import('./generatedClient.ts');
  return loaded;
}
