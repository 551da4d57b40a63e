/** What a deployment says about itself: the variables and secrets of wrangler.jsonc, as text. */
export interface Settings {
  /** Who may write: anyone, the holder of WRITE_TOKEN, or nobody. */
  WRITE_ACCESS?: string;
  /** Secret; asked for where WRITE_ACCESS is "token". */
  WRITE_TOKEN?: string;
  /** Host names that requests may name, separated by commas; "*" or nothing allows all. */
  ALLOWED_HOSTS?: string;
}
