/** As in package.json, which is not beside the bundle. */
export const VERSION = '0.1.0';
