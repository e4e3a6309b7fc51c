/** The driver and pool for SQL Server, in a file of their own: a bundle gives CommonJS its names only where it is imported and not loaded by `import()`. */
export * as tarn from 'tarn';
export * as tedious from 'tedious';
