/** What this program calls itself in the files that it writes; the version is that of package.json, and a test says so. */
export const GENERATOR = { name: 'rmitrace', version: '0.1.0' } as const;
