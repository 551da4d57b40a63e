/** How long things are kept that nothing needs. */
import { SettingsError, type Settings } from '../settings.ts';

export interface Times {
  /** Milliseconds that something has been there before it can be condemned: the longest push. */
  window: number;
  /** Milliseconds between condemning and removing. */
  delay: number;
  /** Milliseconds after which an upload that nobody touches is given up. */
  uploadExpiry: number;
}

const HOUR_S = 60 * 60;

/** @throws SettingsError */
export function timesOf(settings: Settings): Times {
  return {
    window: milliseconds('GC_WINDOW', settings.GC_WINDOW, 24 * HOUR_S),
    delay: milliseconds('GC_DELAY', settings.GC_DELAY, HOUR_S),
    uploadExpiry: milliseconds('UPLOAD_EXPIRY', settings.UPLOAD_EXPIRY, 24 * HOUR_S),
  };
}

function milliseconds(name: string, text: string | undefined, otherwise: number): number {
  const seconds = text === undefined || text === '' ? otherwise : Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  throw new SettingsError(`${name} is not a number of seconds`);
}
