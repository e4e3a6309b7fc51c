import { registerHooks } from 'node:module';

/** Puts stand-ins in the way of imports that answer the same, only sooner; to be called before what imports them is loaded. */
const quick: Readonly<Record<string, string>> = {
  [new URL('../../../shared/calendar/text.ts', import.meta.url).href]: new URL('./quickText.ts', import.meta.url).href,
  [new URL('../../../shared/calendar/timeZones.ts', import.meta.url).href]: new URL(
    './quickTimeZones.ts',
    import.meta.url,
  ).href,
};

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const standIn = quick[resolved.url];
    // The stand-in itself means what it stands in for.
    return standIn === undefined || context.parentURL === standIn ? resolved : { ...resolved, url: standIn };
  },
});
