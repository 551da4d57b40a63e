/** What R2 takes of one multipart upload; its parts are all of one size but the last. */

/** Bytes of the smallest part but the last. */
export const MIN_PART = 5 * 1024 * 1024;
export const MAX_PARTS = 10_000;
