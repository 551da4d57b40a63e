/** Whose registry it is, as the operator says it in wrangler.jsonc. */
import { SettingsError, type Settings } from '../settings.ts';
import { accentFrom, type Accent } from './accent.ts';

export interface Logo {
  /** Of an image. */
  contentType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Brand {
  /** Undefined: the pages go by the host's name. */
  name?: string;
  logo?: Logo;
  accent: Accent;
  /** Plain text, on every page. */
  notice?: string;
}

const ACCENT = '#0b6e5f';
/** Characters. The variables of a Worker have 5 kB each, and a name is read at a glance. */
const MAX_NAME = 60;
const IMAGES = 'svg\\+xml|png|webp|avif|jpeg|gif';

const brands = new WeakMap<Settings, Brand>();

/** @throws SettingsError */
export function brandOf(settings: Settings): Brand {
  const known = brands.get(settings);
  if (known) return known;
  const {
    SITE_NAME: name = '',
    SITE_LOGO: logo = '',
    SITE_ACCENT: accent = '',
    SITE_NOTICE: notice = '',
  } = settings;
  const brand = {
    ...(name.trim() && { name: checkName(name.trim()) }),
    ...(logo.trim() && { logo: parseLogo(logo.trim()) }),
    accent: accentFrom(checkAccent(accent.trim() || ACCENT)),
    ...(notice.trim() && { notice: notice.trim() }),
  };
  brands.set(settings, brand);
  return brand;
}

function checkName(name: string): string {
  if (name.length <= MAX_NAME) return name;
  throw new SettingsError(`SITE_NAME has ${name.length} characters, and ${MAX_NAME} is the most`);
}

function checkAccent(accent: string): string {
  if (/^#[0-9a-f]{6}$/i.test(accent)) return accent;
  throw new SettingsError('SITE_ACCENT has to be a colour of six hexadecimal digits, as in #0b6e5f');
}

/** @param text a `data:` URL (RFC 2397) of an image, so that the page asks nobody else for it */
function parseLogo(text: string): Logo {
  const [, contentType, base64] =
    new RegExp(`^data:(image/(?:${IMAGES}));base64,([A-Za-z0-9+/]+=*)$`).exec(text) ?? [];
  if (contentType === undefined || base64 === undefined) {
    throw new SettingsError('SITE_LOGO has to be an image as data:image/svg+xml;base64,… (or png, webp, …)');
  }
  try {
    return { contentType, bytes: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) };
  } catch (cause) {
    throw new SettingsError('what follows base64, in SITE_LOGO is not base64', { cause });
  }
}
