/** The operator's colour in shades that can be read on the page: WCAG 2.2, 1.4.3, asks for a contrast of 4.5. */

/** Red, green and blue, each from 0 to 255. */
type Colour = readonly [number, number, number];

/** As in style.css: `--page` and `--raised` of each scheme; the one with less contrast decides. */
const LIGHT: Colour = [0xf3, 0xf2, 0xee];
const DARK: Colour = [0x24, 0x24, 0x22];
const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

const ENOUGH = 4.6;
const STEPS = 50;

export interface Accent {
  /** CSS colours, as in `#0b6e5f`. */
  light: string;
  dark: string;
}

/** @param hex as in `#0b6e5f` */
export function accentFrom(hex: string): Accent {
  const colour = parse(hex);
  return { light: toHex(readable(colour, LIGHT, BLACK)), dark: toHex(readable(colour, DARK, WHITE)) };
}

/** The ratio of two colours' luminances, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  return ratio(parse(a), parse(b));
}

/** As near to the colour as the contrast allows, on the way to black or white. */
function readable(colour: Colour, background: Colour, end: Colour): Colour {
  for (let step = 0; step < STEPS; step++) {
    const mixed = mix(colour, end, step / STEPS);
    if (ratio(mixed, background) >= ENOUGH) return mixed;
  }
  return end;
}

function mix(a: Colour, b: Colour, share: number): Colour {
  const at = (n: 0 | 1 | 2): number => Math.round(a[n] + (b[n] - a[n]) * share);
  return [at(0), at(1), at(2)];
}

function ratio(a: Colour, b: Colour): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function luminance([r, g, b]: Colour): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function parse(hex: string): Colour {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

function toHex(colour: Colour): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
