let loaded: Promise<typeof import('@azure/msal-node')> | undefined;

/** MSAL. It is large and needed once an hour for each account, so that it is read when first asked for and not at the start of a process. */
export function loadMsal(): Promise<typeof import('@azure/msal-node')> {
  loaded ??= import('@azure/msal-node');
  return loaded;
}
