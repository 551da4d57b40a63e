import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { missingPackages } from '../../scripts/complete-lock.ts';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8');

test('the lock file lists the packages of every platform, without which npm ci refuses it', () => {
  expect(missingPackages(JSON.parse(text) as Parameters<typeof missingPackages>[0])).toEqual([]);
});

test('the lock file names no host that packages come from', () => {
  expect(text).not.toMatch(/"resolved": "https?:/);
});
