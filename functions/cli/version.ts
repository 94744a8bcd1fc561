/** The version of the package; a test holds it to `package.json`, which stands outside the house. */
export const VERSION = '0.1.0';
