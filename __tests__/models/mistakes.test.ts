import { describe, expect, test } from '@jest/globals';
import { parseList } from '../../src/models/parse.ts';
import { SHA } from '../support/list.ts';

/** Each mistake as `line:column: message | hint`; there is none that does not say what to do. */
function mistakes(text: string): string[] {
  const { problems } = parseList(text, 'm.yaml');
  expect(problems.filter(({ hint = '' }) => hint === '')).toEqual([]);
  return problems.map(({ line, column, message, hint }) => `${line}:${column}: ${message} | ${hint ?? ''}`);
}

/** The mistakes of the value of a key in an otherwise right entry; the value begins at 3:(key's length + 5). */
function mistakesOf(key: string, value: string): string[] {
  return mistakes(`- name: gpt2\n  sha: ${SHA}\n  ${key}: ${value}\n`);
}

describe('a file that is no list', () => {
  test.each([
    ['', '1:1: the list is empty'],
    ['# only a comment\n', '1:1: the list is empty'],
    ['models:\n', '1:8: the list is empty'],
    ['models: []\n', '1:9: the list is empty'],
    ['[]', '1:1: the list is empty'],
    ['hello\n', '1:1: this is not a list of models'],
    ['models: gpt2\n', '1:9: this is not a list of models'],
    ['models:\n  gpt2: {}\n', '2:3: this is not a list of models'],
    [`name: gpt2\nsha: ${SHA}\n`, '1:1: this is an entry, not a list of them'],
    [`model:\n- name: gpt2\n`, '1:1: "model" is not a key of the list | did you mean models?'],
    ['models: [\n\n', '1:9: not YAML: Flow sequence in block collection must be'],
    ['models:\n\t- name: gpt2\n', '2:1: not YAML: Tabs are not allowed as indentation | indent with spaces'],
    ['- gpt2\n', '1:3: an entry has keys, at least name and sha | write - name: gpt2'],
    ['-\n', '1:2: an entry has keys, at least name and sha'],
  ])('%j: %s', (text, said) => {
    const [first = ''] = mistakes(text);
    expect(first.slice(0, said.length)).toBe(said);
  });

  const NESTED =
    'not YAML: Nested mappings are not allowed in compact mappings | put a text with ": " in it in';
  test.each([
    ['- name: "gpt2\n  pin: true\n', /^2:11: .* Missing closing "quote \| close the quote, which was opened/],
    ["- name: 'gpt2\n", /^1:13: .* Missing closing 'quote \| close the quote/],
    ['- name: gpt2\n pin: true\n', /^2:1: .* \| indent the keys of an entry alike, below the name/],
    ['- name: gpt2\n   pin: true\n', new RegExp(`^1:9: ${NESTED} .*, and indent the keys of an entry alike`)],
    [
      '- name: gpt2\npin: true\n',
      /^2:1: .* \| check the indentation, the quotes and the brackets of this line/,
    ],
    ['- a: b: c\n', new RegExp(`^1:6: ${NESTED} quotes`)],
    ['- tag: [a, b\n  # more\n\n', /^2:8: .* end with a \] \| close what was opened with \[ or \{/],
    ['- tag: [a, b\n  name: x\n', /^2:3: .* \| close what was opened/],
    ['- {name: a', /^1:10: .* \| close what was opened/],
    ['- name: a\n  sha:b\n', /^2:3: .* \| write key: value, with a space behind the colon$/],
    ['- name a\n  pin: true\n', /^1:3: .* \| write key: value, with a space behind the colon, and indent/],
    ['- name: @a\n', /^1:9: .* \| put the text in quotes/],
    ['- name: "a\\models"\n', /^1:11: .* \| write the text in single quotes/],
    ['- [a,,b]\n', / \| write one comma between two values/],
    ['- "a"#b\n', / \| write a space before the #/],
    ['%FOO\n---\n- a\n', / \| leave the line out that begins with %/],
    ['- name: &a &b x\n', / \| a text that begins with &, \* or ! is written in quotes/],
  ])('what is not YAML, %j, is told what to do', (text, said) => {
    expect(mistakes(text).find((mistake) => mistake.includes('not YAML'))).toMatch(said);
  });

  test('brackets that are not closed are one mistake, and what they enclose is none', () => {
    expect(mistakes('{{{: [')).toEqual([
      expect.stringMatching(/^1:6: not YAML: .* \| close what was opened/),
    ]);
  });

  test('entries before a mistake of YAML are checked too, those behind it are not', () => {
    const found = mistakes('- name: a/b/c\n  sha: main\n- name: "b\n- name: x y\n');
    expect(found.map((text) => text.slice(0, 24))).toEqual([
      '1:9: "a/b/c" has more th',
      '2:8: "main" is the name ',
      expect.stringMatching(/^\d:\d+: not YAML: /),
    ]);
  });

  test('what a merge left unmerged is one mistake a place', () => {
    const text = `models:\n<<<<<<< HEAD\n  - name: a\n=======\n  - name: b\n    sha: x\n>>>>>>> next\n`;
    expect(mistakes(`${text}${text}`)).toEqual(
      ['2', '9'].map(
        (line) =>
          `${line}:1: a merge left both sides of a conflict here | keep one of them, and take the lines <<<<<<<, ======= and >>>>>>> out`,
      ),
    );
  });

  test('two documents', () => {
    expect(mistakes(`- name: gpt2\n  sha: ${SHA}\n---\n- name: b\n`)[0]).toMatch(
      /^3:1: the file has more than one YAML document/,
    );
  });
});

describe('a sha', () => {
  test.each([
    ['11c5a3d', 'the sha is short: 7 digits, a commit has 40'],
    [`${SHA}0`, 'the sha is long: 41 digits, a commit has 40'],
    [SHA.toUpperCase(), `the sha has capital letters | write it in lower case: ${SHA}`],
    ['main', '"main" is the name of a branch or tag, not a commit'],
    ['refs/pr/1', '"refs/pr/1" is the name of a branch or tag, not a commit'],
    ['ab'.repeat(32), 'the sha has 64 digits: that is the SHA-256 of a file or of an image, not a commit'],
    [`g${SHA.slice(1)}`, `"g${SHA.slice(1)}" is not a commit: "g" is not a hexadecimal digit`],
    ['', 'sha has no value | write one, or leave the key out'],
    ['null', 'sha has no value'],
    ['[a]', 'sha must be one text | write sha: value'],
  ])('%j: %s', (sha, said) => {
    const [first = '', ...others] = mistakes(`- name: gpt2\n  sha: ${sha}\n`);
    expect(first).toContain(`: ${said}`);
    expect(first).toMatch(/^2:8: /);
    expect(others).toEqual([]);
  });

  test('that is missing, and one with a source', () => {
    expect(mistakes('- name: gpt2\n')).toEqual([
      expect.stringMatching(/^1:3: the sha is missing \| write sha: /),
    ]);
    expect(mistakesOf('source', 'folder')).toEqual([
      expect.stringMatching(/^3:11: a model is of the Hub \(sha\) or of a folder \(source\), not of both/),
    ]);
  });
});

describe('what update does with a model', () => {
  test.each([
    ['pin', 'yes', '"yes" is neither true nor false | write pin: true'],
    ['track', '', 'track has no value'],
    ['track', 'a b', '"a b" is not the name of a branch or tag | write it as the Hub shows it: main, v1.0'],
    ['track', 'a..b', '"a..b" is not the name'],
    ['track', '../x', '"../x" is not the name'],
    ['track', SHA, `"${SHA}" is a commit, which does not move`],
  ])('%s: %s', (key, value, said) => {
    const [first = '', ...others] = mistakesOf(key, value);
    expect(first).toContain(`: ${said}`);
    expect(others).toEqual([]);
  });

  test('a folder has no commits', () => {
    expect(mistakes('- name: gpt2\n  source: x\n  pin: true\n')).toEqual([
      '3:8: pin is for models of the Hub: a folder has no commits to follow | remove pin',
    ]);
  });
});

describe('a name', () => {
  test.each([
    ['https://huggingface.co/openai/gpt2/tree/main', "is an address, not a model's name | write openai/gpt2"],
    ['a/b/c', '"a/b/c" has more than two parts | write owner/model, or model'],
    ['gpt2:latest', '"gpt2:latest" is a name with a revision or tag | write name: gpt2,'],
    ['gpt2@main', '"gpt2@main" is a name with a revision or tag'],
    ['"my model"', '"my model" is not a model\'s name'],
    ['a--b', '"a--b" is not a model\'s name'],
    ['gpt2.git', '"gpt2.git" is not a model\'s name'],
    ['-gpt2', '"-gpt2" is not a model\'s name'],
    ['größe', '"größe" is not a model\'s name'],
    ['../x', '"../x" is not a model\'s name'],
    ['x'.repeat(97), "is too long | the Hub's names have at most 96 characters"],
    ['_', 'nothing of "_" can be an image\'s name | add image: and a name'],
    ['~', 'name has no value'],
    ['{a: b}', 'name must be one text'],
    ['api', 'no image\'s name can begin with "api"'],
    ['Assets/x', 'no image\'s name can begin with "assets"'],
  ])('%s: %s', (name, said) => {
    const [first = '', ...others] = mistakes(`- sha: ${SHA}\n  name: ${name}\n`);
    expect(first).toContain(said);
    expect(first).toMatch(/^2:9: /);
    expect(others).toEqual([]);
  });

  test('that is missing', () => {
    expect(mistakes(`- sha: ${SHA}\n`)).toEqual([expect.stringMatching(/^1:3: the name is missing/)]);
  });

  test('the image of a reserved name can have another', () => {
    expect(mistakes(`- {name: api, sha: ${SHA}, image: models/api}`)).toEqual([]);
    expect(mistakes(`- {name: gpt2, sha: ${SHA}, image: v2/gpt2}`)[0]).toMatch(
      /begin with "v2".*write another name/,
    );
  });
});

describe('an option', () => {
  test.each([
    ['tag', 'a b', '3:8: "a b" is not a tag'],
    ['tag', '""', '3:8: the tag is empty | leave the key out for latest'],
    ['tag', '[ok, -x]', '3:13: "-x" is not a tag'],
    ['tag', '[ok, ~]', '3:13: an item of tag has no value | write one, or remove it'],
    ['tag', '[ok, [a]]', '3:13: an item of tag must be one text | write tag: [value, value]'],
    ['tag', '\n  - ok\n  -', '5:4: an item of tag has no value'],
    ['tag', '[-x, ~]', '3:9: "-x" is not a tag'],
    ['tag', '[a, b, a]', '3:8: tags: "a" is there twice'],
    ['tag', '[]', '3:8: the list of tags is empty'],
    ['tag', '{a: b}', '3:8: tag must be a text or a list of texts'],
    ['tag', 'x'.repeat(129), '3:8: the tag has 129 characters | a tag has at most 128'],
    ['image', 'Owner/Model', '3:10: the image name "Owner/Model" has capital letters | write owner/model'],
    ['image', 'ghcr.io/x:1', '3:10: "ghcr.io/x:1" is not an image name'],
    ['include', '"!*.bin"', '3:12: "!*.bin" begins with "!"'],
    ['include', '["*.a", "[a"]', '3:20: "[a" is not a glob'],
    ['include', '*.bin', '3:12: the alias *.bin has no anchor &.bin before it'],
    ['exclude', '../x', '3:12: "../x" leaves the model\'s folder'],
    ['exclude', '""', '3:12: the glob is empty'],
    ['layout', 'singel', '3:11: "singel" is not a layout | write single'],
    ['platforms', 'linux/x86_64', '3:14: "linux/x86_64" is not a platform | write linux/amd64'],
    ['platforms', '[linux/amd46]', '3:15: "linux/amd46" is not a platform | write linux/amd64'],
    ['platforms', 'amd64', '3:14: "amd64" is not a platform | write os/architecture'],
    ['tags', 'v1', '3:3: "tags" is not a key of an entry | did you mean tag?'],
    ['layuot', 'single', '3:3: "layuot" is not a key of an entry | did you mean layout?'],
    ['colour', 'red', '3:3: "colour" is not a key of an entry | the keys of an entry are name, sha,'],
    ['__proto__', 'x', '3:3: "__proto__" is not a key of an entry'],
    ['<<', '{tag: x}', "3:3: YAML's merge key is not read"],
    ['? [a]\n  ', 'x', '3:5: a key must be a text'],
    ['sha', SHA, '3:3: the key sha is there twice in this entry'],
    ['tag', '!v1 x', '3:8: Unresolved tag: !v1 | a list has no YAML tags'],
  ])('%s: %s → %s', (key, value, said) => {
    const [first = ''] = mistakesOf(key, value);
    expect(first.slice(0, said.length)).toBe(said);
  });

  test('a tag that is there twice hides no entry that has it, too', () => {
    const list = `- {name: a, tag: [v1, v1], sha: ${SHA}}\n- {name: a, tag: v1, sha: ${SHA}}`;
    expect(mistakes(list)).toEqual([
      expect.stringContaining('1:18: tags: "v1" is there twice'),
      expect.stringContaining('a is listed twice with the tag v1; first on line 1'),
    ]);
  });

  test('a mistyped key is not called missing too', () => {
    expect(mistakes(`- nmae: gpt2\n  sah: ${SHA}\n`)).toEqual([
      '1:3: "nmae" is not a key of an entry | did you mean name?',
      '2:3: "sah" is not a key of an entry | did you mean sha?',
    ]);
  });

  test('tag and tagAs at once', () => {
    expect(mistakes(`- {name: gpt2, sha: ${SHA}, tag: a, tagAs: a}`)[0]).toMatch(
      /tag and tagAs mean the same/,
    );
  });

  test.each([
    ['/etc', 'the source "/etc" is not relative'],
    ['~/models', 'the source "~/models" is not relative'],
    ['C:/models', 'the source "C:/models" is not relative'],
    ['../models', 'the source "../models" may lead out of the list\'s folder'],
    ['a/../../b', 'the source "a/../../b" may lead out of the list\'s folder'],
    ['a\\b', 'the source "a\\b" has backslashes | write a/b'],
  ])('source: %s → %s', (source, said) => {
    expect(mistakes(`- name: gpt2\n  source: ${source}\n`)[0]).toContain(`2:11: ${said}`);
  });
});

function entry(rest: string): string {
  return `- {sha: ${SHA}, ${rest}}\n`;
}

describe('two entries', () => {
  test('with one name and tag', () => {
    expect(
      mistakes(entry('name: gpt2') + entry('name: bert') + entry('name: gpt2, tag: [v1, latest]')),
    ).toEqual([
      '3:57: gpt2 is listed twice with the tag latest; first on line 1 | remove one of the two, or give one another tag',
    ]);
  });

  test('that meet in one image reference', () => {
    expect(mistakes(entry('name: Owner/M') + entry('name: owner/m_, tag: latest'))).toEqual([
      '2:57: owner/m_ and Owner/M on line 1 would be one image, owner/m:latest | ' +
        'give one of the two another tag, or another name with image:',
    ]);
    expect(mistakes(entry('name: gpt2') + entry('name: bert, image: gpt2'))).toHaveLength(1);
  });

  test('with one name and other tags, or other images', () => {
    expect(
      mistakes(entry('name: gpt2') + entry('name: gpt2, tag: v1') + entry('name: gpt2, image: x')),
    ).toEqual([]);
  });

  test('are seen to meet though one has another mistake', () => {
    expect(mistakes(`${entry('name: gpt2')}- {name: gpt2, sha: main}\n`)).toHaveLength(2);
  });
});

describe('a hostile list', () => {
  test('of nested aliases is not expanded', () => {
    const levels = Array.from({ length: 12 }, (_, at) => {
      const value = at === 0 ? '[x]' : `[${`*a${at - 1},`.repeat(9)}]`;
      return `- &a${at} ${value}\n`;
    });
    expect(mistakes(levels.join('')).length).toBeGreaterThan(0);
    const wide = `- name: a\n  include: &g [${'a,'.repeat(1000)}]\n${'- {name: b, include: *g}\n'.repeat(1000)}`;
    expect(mistakes(wide)).toEqual([
      expect.stringMatching(/^1:1: the aliases stand for more than 100000 values/),
    ]);
  });

  test('of an alias within its own anchor ends', () => {
    expect(mistakes('&a [*a, *a]').length).toBeGreaterThan(0);
  });

  test('that is nested deeply, or long', () => {
    expect(mistakes('['.repeat(200_000)).length).toBeGreaterThan(0);
    expect(mistakes('- '.repeat(100_000))[0]).toMatch(/^1:\d+: the list is nested too deeply/);
    expect(mistakes('#'.repeat(9_000_000))[0]).toMatch(
      /^1:1: the list has 9000000 characters; at most 8388608/,
    );
  });

  test('of 20,000 keys is answered with as many mistakes', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `k${at}: x\n`).join('');
    expect(mistakes(keys)).toHaveLength(20_000);
    expect(mistakes(`- name: gpt2\n  sha: ${SHA}\n${keys.replaceAll(/^/gm, '  ').trimEnd()}\n`)).toHaveLength(
      20_000,
    );
  });
});

test('all mistakes are told at once, in the order of their places', () => {
  const found = mistakes(`models:
  - name: bert
    sah: main
    tag: [a b, "", ok]
  - name: a/b/c
    sha: 1234567
  - name: bert
    sha: ${SHA}
extra: 1
`);
  expect(found.map((text) => text.split(' ')[0])).toEqual([
    '3:5:',
    '4:11:',
    '4:16:',
    '5:11:',
    '6:10:',
    '9:1:',
  ]);
});
