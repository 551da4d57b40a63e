/** What a deployment says about itself: the variables and secrets of wrangler.jsonc, as text or as JSON. */
export interface Settings {
  /** Who may write: those who prove it ("token"), anyone ("open"); otherwise nobody. */
  WRITE_ACCESS?: string;
  /** Who may read: anyone ("public", or left out); otherwise those who prove it, and then writing needs proof, too. */
  READ_ACCESS?: string;
  /** JSON: the tokens that people and programs hold (access/operator-tokens.ts). */
  OPERATOR_TOKENS?: unknown;
  /** JSON: which GitHub workflows may do what (access/rules.ts). */
  ACCESS_RULES?: unknown;
  /** The `aud` of the OIDC tokens that are meant for this registry; needed with ACCESS_RULES. */
  OIDC_AUDIENCE?: string;
  /** Where OIDC tokens come from; GitHub where it is left out. */
  OIDC_ISSUER?: string;
  /** Secret; signs the tokens that `/token` gives. */
  TOKEN_SECRET?: string;
  /** Bytes of the largest request body that reaches the Worker: 100 MB on Cloudflare's smaller plans. */
  MAX_REQUEST_BODY?: string | number;
  /** "on": a line of JSON for each request (observation/requests.ts). */
  REQUEST_LOG?: string;
  /** Patterns of tags that cannot be moved or deleted, separated by commas. */
  IMMUTABLE_TAGS?: string;
  /** JSON: of which ModelKits containers are made, and on what (containers/rules.ts). */
  CONTAINERS?: unknown;
  /** JSON: the registries that may be imported from (imports/upstream/allow-list.ts). */
  UPSTREAMS?: unknown;
  /** Bytes of the parts that imports are cut into: 5 MiB or more; 1 GiB where it is left out. */
  IMPORT_PART_SIZE?: string;
  /** Seconds that an upstream may send nothing; 60 where it is left out. */
  IMPORT_PATIENCE?: string;
  /** Seconds before an import's step is tried again; twice as many before each further time. 2 where it is left out. */
  IMPORT_RETRY_DELAY?: string;
  /** Seconds that R2 may take to answer, before it is asked again (storage/retry.ts); 30 where it is left out. */
  STORAGE_PATIENCE?: string;
  /** Seconds that something has been there before garbage collection can condemn it; a day where it is left out. */
  GC_WINDOW?: string;
  /** Seconds between condemning and removing; an hour where it is left out. */
  GC_DELAY?: string;
  /** Seconds after which an upload that nobody touches is given up; a day where it is left out. */
  UPLOAD_EXPIRY?: string;
  /** JSON: which images without a tag are kept (collection/keep-rules.ts); all where it is left out. */
  KEEP_UNTAGGED?: unknown;
  /** The id of the Cloudflare account whose Analytics Engine counts pulls (catalogue/pulls.ts). */
  PULLS_ACCOUNT?: string;
  /** Secret; an API token that may read that account's analytics. */
  PULLS_TOKEN?: string;
  /** The dataset; "pulls" where it is left out. */
  PULLS_DATASET?: string;
  /** Where Cloudflare's API is, for tests. */
  PULLS_API?: string;
  /** Host names that requests may name, separated by commas; "*" or nothing allows all. */
  ALLOWED_HOSTS?: string;
  /** Whose registry it is, on every page; the host's name where it is left out. */
  SITE_NAME?: string;
  /** An image as a `data:` URL. */
  SITE_LOGO?: string;
  /** A colour, as in #0b6e5f. */
  SITE_ACCENT?: string;
  /** Plain text at the top of every page. */
  SITE_NOTICE?: string;
}

/** A setting that the operator has to put right. The message names it and says what is wrong, without its value. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** @returns undefined where the setting is left out or no number above 0 */
export function aboveZero(setting: string | undefined): number | undefined {
  const number = Number(setting);
  return number > 0 ? number : undefined;
}
