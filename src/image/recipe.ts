/**
 * The version of the way from files to image: layer plan, layer bytes, config, manifests, index and annotations.
 * It is part of every layer key and of every recipe annotation, so raising it publishes everything anew.
 */
export const RECIPE_VERSION = 1;

/** The epoch stands wherever the specifications ask for a time, so that an image is a function of its files. */
export const CREATED = '1970-01-01T00:00:00Z';
