/** The parts of the site that are functions of their input. */
import { describe, expect, test } from '@jest/globals';
import { selectPaths } from '../../../src/pulling/select-paths.ts';
import { accentFrom, contrast } from '../../../worker/src/site/accent.ts';
import { parseCard } from '../../../worker/src/site/card/parse.ts';
import type { CardLinks } from '../../../worker/src/site/card/links.ts';
import { formatAge, formatBytes, formatCount } from '../../../worker/src/site/format.ts';
import { stepsTo, treeOf } from '../../../worker/src/site/model/file-tree.ts';
import { snippetsOf } from '../../../worker/src/site/model/kind-snippets.ts';

describe('a model card', () => {
  const links: CardLinks = {
    fileHref: (path) => (['a.png', 'docs/b.md'].includes(path) ? `/files/${path}` : undefined),
    sourceHref: (path) => `https://hub.example/blob/main/${path}`,
  };

  test.each([
    ['[a](a.png)', '/files/a.png'],
    ['[a](./docs/b.md#part)', '/files/docs/b.md'],
    ['[a](/resolve/main/docs/b.md)', '/files/docs/b.md'],
    ['[a](docs/%62.md?x=1)', '/files/docs/b.md'],
    ['[a](other.md)', 'https://hub.example/blob/main/other.md'],
    ['[a](//hub.example/x)', 'https://hub.example/x'],
    ['[a](HTTPS://hub.example)', 'https://hub.example/'],
    ['[a](mailto:a@b.example)', 'mailto:a@b.example'],
    ['[a](#The-Part)', '#card-the-part'],
    ['[a](../up)', undefined],
    ['[a](javascript:alert(1))', undefined],
    // No browser reads the entity: the page has it as text.
    ['[a](java&#10;script&colon;alert(1))', 'https://hub.example/blob/main/javascript&colon;alert(1)'],
    ['[a](&#106;avascript:alert(1))', undefined],
    ['[a](data:text/html,x)', undefined],
    ['[a](vbscript:x)', undefined],
    ['[a](file:///etc/passwd)', undefined],
  ])('has the link of %s at %p', (markdown, href) => {
    const found = /"href":"([^"]*)"/.exec(JSON.stringify(parseCard(markdown, links)))?.[1];
    expect(found).toBe(href);
  });

  test('shows pictures of the image, and links to all others', () => {
    const markdown = '![own](a.png) ![far](https://x.example/p.gif) <img src="a.png" alt="html">';
    const [paragraph] = parseCard(markdown, links);
    const all = paragraph?.type === 'paragraph' ? paragraph.children : [];
    expect(all.filter(({ type }) => type !== 'text')).toEqual([
      { type: 'image', src: '/files/a.png', alt: 'own' },
      {
        type: 'link',
        href: 'https://x.example/p.gif',
        isOutside: true,
        children: [{ type: 'text', text: 'far' }],
      },
      { type: 'image', src: '/files/a.png', alt: 'html' },
    ]);
  });

  test('keeps nothing of HTML but its text', () => {
    const markdown =
      '<div onclick="x">\n<b>bold</b> &lt;&#60;&#x3c; <script>alert(1)</script><!-- no -->\n</div>\n\na <i>b</i>';
    expect(parseCard(markdown, links)).toEqual([
      { type: 'paragraph', children: expect.arrayContaining([{ type: 'text', text: 'bold' }]) },
      {
        type: 'paragraph',
        children: [
          { type: 'text', text: 'a ' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
    expect(JSON.stringify(parseCard(markdown, links))).not.toMatch(/alert|onclick|no/);
  });

  test('leaves out no level of headings, and has no name twice', () => {
    const headings = parseCard('### A\n# B\n#### A', links).map((block) =>
      block.type === 'heading' ? [block.level, block.id] : [],
    );
    expect(headings).toEqual([
      [1, 'card-a'],
      [1, 'card-b'],
      [2, 'card-a-1'],
    ]);
  });
});

test.each(['#0b6e5f', '#ffcc00', '#000000', '#ffffff', '#ff0000', '#777777'])(
  'the accent %s can be read in both schemes',
  (hex) => {
    const { light, dark } = accentFrom(hex);
    for (const background of ['#fcfcfa', '#f3f2ee']) expect(contrast(light, background)).toBeGreaterThan(4.5);
    for (const background of ['#161615', '#242422']) expect(contrast(dark, background)).toBeGreaterThan(4.5);
  },
);

describe('snippets', () => {
  const use = { host: 'models.example', name: 'acme/m', reference: 'v1' };

  test.each([
    [
      'a.bin',
      'COPY --link --from=models.example/acme/m:v1 /a.bin /models/',
      ':/a.bin .',
      'm:v1 a.bin --output',
    ],
    [
      "it's $(x).bin",
      String.raw`COPY --link --from=models.example/acme/m:v1 ["/it\\'s \\$(x).bin","/models/"]`,
      String.raw`:'/it'\''s $(x).bin' .`,
      String.raw`m:v1 'it'\''s $(x).bin' --output`,
    ],
    ['-rf', '/-rf /models/', ':/-rf .', "m:v1 '-rf' --output"],
  ])('of %p quote it for whoever reads them', (path, docker, copy, pull) => {
    const texts = Object.fromEntries(snippetsOf('image', { ...use, path }).map(({ id, text }) => [id, text]));
    expect(texts['file']).toContain(docker);
    expect(texts['docker']).toContain(copy);
    expect(texts['pull']).toContain(pull);
    expect(texts['stargz']).toContain(docker);
    expect(texts['kubernetes']).toContain(`args: [${JSON.stringify(`/models/${path}`)}]`);
  });

  test('name the very file where its name would be a pattern', () => {
    const pull = snippetsOf('image', { ...use, path: 'a[1]{b}.bin' }).find(({ id }) => id === 'pull');
    const [, word = ''] = /m:v1 '(.*)' --output/.exec(pull?.text ?? '') ?? [];
    expect(selectPaths([word]).matches('a[1]{b}.bin')).toBe(true);
    expect(selectPaths([word]).matches('a1b.bin')).toBe(false);
  });

  test('pin a digest, and leave a file out where none is known', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const texts = snippetsOf('image', { ...use, reference: digest }).map(({ text }) => text);
    expect(texts).toHaveLength(5);
    expect(texts.every((text) => text.includes(`models.example/acme/m@${digest}`))).toBe(true);
  });

  test.each([
    ['container', 'docker run --rm -it models.example/acme/m:v1'],
    ['modelkit', 'kit unpack models.example/acme/m:v1 -d .'],
    ['modelpack', 'modctl pull models.example/acme/m:v1 --extract-from-remote --extract-dir .'],
    ['docker-model', 'docker model pull models.example/acme/m:v1\ndocker model run models.example/acme/m:v1'],
    ['artifact', 'oras pull models.example/acme/m:v1'],
  ] as const)('of a %s begin with its own tool', (kind, text) => {
    expect(snippetsOf(kind, use)[0]?.text).toBe(text);
    const [local] = snippetsOf(kind, { ...use, host: 'localhost:8787' });
    expect(local?.text.includes('--plain-http')).toBe(!text.startsWith('docker'));
  });
});

test('the tree of files sums up its folders', () => {
  const files = ['a/b/c', 'a/d', 'e'].map((path) => ({ path, size: 10, layer: 'sha256:0' as const }));
  const { fileCount, folders } = treeOf(files);
  expect([fileCount, folders[0]?.path, folders[0]?.fileCount, folders[0]?.size]).toEqual([3, 'a', 2, 20]);
  expect(folders[0]?.folders[0]).toMatchObject({ name: 'b', path: 'a/b', fileCount: 1 });
  expect(treeOf(files, 'a/b')).toMatchObject({ name: 'b', fileCount: 1, files: [{ path: 'a/b/c' }] });
  expect(stepsTo('a/b/c')).toEqual([
    { name: 'a', path: 'a' },
    { name: 'b', path: 'a/b' },
  ]);
});

test('numbers are short', () => {
  expect([0, 999, 1000, 90_868_376, 999_600_000, 5e15].map(formatBytes)).toEqual([
    '0 B', '999 B', '1.0 kB', '90.9 MB', '1.0 GB', '5.0 PB',
  ]); // prettier-ignore
  expect([12, 19_210, 22_713_728, 7_241_732_096].map(formatCount)).toEqual([
    '12',
    '19.2 k',
    '22.7 M',
    '7.2 B',
  ]);
  const now = Date.parse('2026-01-31T00:00:00Z');
  expect(
    ['2026-01-31T00:00:30Z', '2026-01-30T22:59:00Z', '2026-01-10T00:00:00Z', '2024-01-01T00:00:00Z'].map(
      (time) => formatAge(time, now),
    ),
  ).toEqual(['just now', '1 hour ago', '3 weeks ago', '2 years ago']);
});
