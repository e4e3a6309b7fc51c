/** What we use of Google's generated client, in a file of its own: a bundle gives CommonJS its names only where it is imported and not loaded by `import()`. */
export { auth, calendar } from '@googleapis/calendar';
