declare module '*/shared/calendar/text.ts?real' {
  export * from '../../../shared/calendar/text.ts';
}
declare module '*/shared/calendar/timeZones.ts?real' {
  export * from '../../../shared/calendar/timeZones.ts';
}
