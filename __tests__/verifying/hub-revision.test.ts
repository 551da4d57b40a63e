import { expect, test } from '@jest/globals';

import { hubRevisionOf } from '../../src/verifying/hub-files.ts';

const sha = '1'.repeat(40);
const model = { 'org.opencontainers.image.title': 'owner/model', 'org.opencontainers.image.revision': sha };
const image = `sha256:${'a'.repeat(64)}`;

test('an image says of which commit it is, and so do artifacts over its layers', () => {
  expect(hubRevisionOf(model, 'r.example/m:1')).toEqual({ name: 'owner/model', sha });
  expect(hubRevisionOf({ ...model, 'ai.depot.image': image }, 'r.example/m:1')).toEqual({
    name: 'owner/model',
    sha,
  });
});

test.each(['r.example:5000/m', 'r.example:5000/m:1-python', `r.example:5000/m@sha256:${'b'.repeat(64)}`])(
  'the container %s is held to nothing: its image is named',
  (reference) => {
    const container = { ...model, 'ai.depot.image': image, 'org.opencontainers.image.base.name': 'x/y:1' };
    expect(() => hubRevisionOf(container, reference)).toThrow(
      expect.objectContaining({
        hint: `Hold the image to the Hub whose layers it has: r.example:5000/m@${image}.`,
      }),
    );
  },
);
