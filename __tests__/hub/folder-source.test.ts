import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { UserError } from '../../src/errors.ts';
import { openFolder } from '../../src/hub/folder-source.ts';
import { verifiedStream } from '../../src/hub/verified-stream.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folder-source-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const source = (): ReturnType<typeof openFolder> => openFolder({ path: folder, name: 'org/model' });

async function paths(): Promise<string[]> {
  return (await source().revision()).files.map(({ path }) => path);
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('the revision of a folder', () => {
  test('has its files in the order of their bytes, and a commit made from them', async () => {
    await write('b.txt', 'b');
    await write('a/deep/c.txt', '');
    await write('B.txt', 'B');
    const revision = await source().revision();
    const files = [
      { path: 'B.txt', size: 1, oid: `sha256:${sha256('B')}` },
      { path: 'a/deep/c.txt', size: 0, oid: `sha256:${sha256('')}` },
      { path: 'b.txt', size: 1, oid: `sha256:${sha256('b')}` },
    ];
    const list = files.map(({ path, size, oid }) => [path, size, oid]);
    expect(revision).toEqual({ name: 'org/model', files, sha: sha256(JSON.stringify(list)) });
  });

  test('is the same wherever the folder is, and another with one byte changed', async () => {
    await write('a', 'a');
    const before = await source().revision();
    await write('a', 'b');
    expect((await source().revision()).sha).not.toBe(before.sha);
    await write('a', 'a');
    expect((await source().revision()).sha).toBe(before.sha);
  });

  test('leaves out what git and the Hub’s tools keep there, and no other hidden file', async () => {
    for (const path of [
      '.git/config',
      '.cache/huggingface/x',
      '.cache/other',
      '.gitattributes',
      'sub/.git/x',
      'sub/.gitignore',
    ]) {
      await write(path, '');
    }
    expect(await paths()).toEqual(['.cache/other', '.gitattributes', 'sub/.gitignore']);
  });

  test('may be without any file', async () => {
    expect(await paths()).toEqual([]);
  });

  test('hashes large files on threads of their own', async () => {
    const large = Buffer.alloc(33 * 1024 * 1024, 'weights');
    await write('1.bin', large);
    await write('2.bin', large);
    const { files } = await source().revision();
    expect(files.map(({ oid }) => oid)).toEqual(Array.from({ length: 2 }, () => `sha256:${sha256(large)}`));
  });

  test('ends with the signal', async () => {
    await write('1.bin', Buffer.alloc(40 * 1024 * 1024));
    const controller = new AbortController();
    const revision = source().revision(controller.signal);
    controller.abort(new Error('enough'));
    await expect(revision).rejects.toThrow('enough');
  });

  test.each([
    ['its license', '---\nlicense: apache-2.0\n---\n# Model', 'apache-2.0'],
    ['the name of another license', '---\nlicense: other\nlicense_name: llama3\n---\n', 'llama3'],
    ['none without a front matter', '# Model\nlicense: mit', undefined],
    ['none in a card that is no YAML', '---\nlicense: [\n---\n', undefined],
  ])('tells %s', async (_, readme, license) => {
    await write('README.md', readme);
    expect((await source().revision()).license).toBe(license);
  });
});

describe('symbolic links', () => {
  test('to a file of the folder are files', async () => {
    await write('blobs/abc', 'content');
    await symlink('blobs/abc', join(folder, 'config.json'));
    const { files } = await source().revision();
    const file = files.find(({ path }) => path === 'config.json');
    expect(file).toEqual({ path: 'config.json', size: 7, oid: `sha256:${sha256('content')}` });
    const target = new Uint8Array(7);
    await source().read(file!, 0, target);
    expect(Buffer.from(target).toString()).toBe('content');
  });

  test.each([
    ['/etc/hostname', 'is a symbolic link out of the folder, to /etc/hostname.'],
    ['missing', 'is a symbolic link that leads nowhere.'],
    ['link', 'is a symbolic link that leads nowhere.'],
    ['sub', 'is a symbolic link to a folder.'],
  ])('to %s are refused', async (target, message) => {
    await write('sub/file', '');
    await symlink(target, join(folder, 'link'));
    const error = await failure(source().revision());
    expect(error.message).toBe(`${join(folder, 'link')} ${message}`);
    expect(error.hint).toBeDefined();
  });

  test('that the folder itself is are followed', async () => {
    await write('real/a', '');
    await symlink('real', join(folder, 'link'));
    const { files } = await openFolder({ path: join(folder, 'link'), name: 'm' }).revision();
    expect(files.map(({ path }) => path)).toEqual(['a']);
  });
});

describe('refused', () => {
  test('a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect((await failure(source().revision())).message).toContain('pipe is not a regular file');
  });

  test('a file that may not be read', async () => {
    await write('a', 'secret');
    await chmod(join(folder, 'a'), 0);
    await chmod(folder, 0o755);
    const user = process.geteuid?.() ?? 0;
    // The superuser may read everything, so the test becomes nobody for a moment.
    if (user === 0) process.seteuid?.(65534);
    try {
      const { message, hint } = await failure(source().revision());
      expect(message).toContain(`cannot be read: EACCES: permission denied, open '${join(folder, 'a')}'`);
      expect(hint).toContain('permission');
    } finally {
      process.seteuid?.(user);
    }
  });

  test('a name that is not UTF-8', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), '');
    expect((await failure(source().revision())).message).toContain('has a name that is not UTF-8');
  });

  test('a folder that is missing, or a file', async () => {
    await write('file', '');
    const missing = openFolder({ path: join(folder, 'missing'), name: 'm' });
    expect((await failure(missing.revision())).message).toBe(`The folder ${folder}/missing does not exist.`);
    const file = openFolder({ path: join(folder, 'file'), name: 'm' });
    expect((await failure(file.revision())).message).toBe(`${folder}/file is a file, not a folder.`);
  });
});

describe('reading', () => {
  test('any range, also into memory that threads share', async () => {
    await write('a', 'content');
    const { files } = await source().revision();
    const target = new Uint8Array(new SharedArrayBuffer(3));
    await source().read(files[0]!, 2, target);
    expect(Buffer.from(target).toString()).toBe('nte');
  });

  test('a file that has become shorter or longer since', async () => {
    await write('a', 'content');
    const { files } = await source().revision();
    await truncate(join(folder, 'a'), 3);
    const read = async (): Promise<void> => await source().read(files[0]!, 0, new Uint8Array(7));
    expect((await failure(read())).message).toContain('changed while it was published: 3 bytes now, 7 when');
    await write('a', 'longer content');
    expect((await failure(read())).message).toContain('14 bytes now');
  });

  test('a file that is gone since', async () => {
    await write('a', 'content');
    const { files } = await source().revision();
    await rm(join(folder, 'a'));
    const { message } = await failure(source().read(files[0]!, 0, new Uint8Array(7)));
    expect(message).toContain(`A file of the model is gone: ENOENT`);
    expect(message).toContain(join(folder, 'a'));
  });

  test('a file whose content has changed since', async () => {
    await write('a', 'content');
    const { files } = await source().revision();
    await write('a', 'CONTENT');
    await utimes(join(folder, 'a'), 0, 0);
    const pieces: Uint8Array[] = [];
    const stream = async (): Promise<void> => {
      for await (const piece of verifiedStream(source(), files[0]!)) pieces.push(piece);
    };
    const { message } = await failure(stream());
    expect(message).toBe(
      `"a": the content is sha256:${sha256('CONTENT')}, expected sha256:${sha256('content')}.`,
    );
    expect(pieces).toEqual([]);
  });
});
