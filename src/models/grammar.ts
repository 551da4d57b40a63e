/**
 * The grammars of a list's values, and for each what to tell a person whose value does not hold to it: what is
 * wrong on the first line, what to write instead on the others.
 */
import picomatch from 'picomatch';
import { nearest } from './nearest.ts';

/**
 * A model's id on the Hub: `owner/model` or `model`, as huggingface_hub's `validate_repo_id` has it: letters,
 * digits and `-_.`; neither `--` nor `..`; `-` and `.` not at an end; 96 characters; no `.git` at the end.
 */
export const MODEL_NAME = /^(?!.*(?:--|\.\.|\.git$))(?:\w(?:[\w.-]{0,94}\w)?\/)?\w(?:[\w.-]{0,94}\w)?$/;

export function explainModelName(name: string): string {
  const url = /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/([^/?#]+(?:\/[^/?#]+)?)/.exec(name);
  if (url?.[1] !== undefined) return `"${name}" is an address, not a model's name\nwrite ${url[1]}`;
  if (name === '') return 'the name is empty\nwrite the name that the Hub shows: owner/model, or model';
  const bare = name.replace(/[@:][^/]*$/, '');
  if (bare !== name && MODEL_NAME.test(bare)) {
    return `"${name}" is a name with a revision or tag\nwrite name: ${bare}, the commit as sha, and the image's tag as tag`;
  }
  if (name.split('/').length > 2) return `"${name}" has more than two parts\nwrite owner/model, or model`;
  if (name.split('/').some((part) => part.length > 96)) {
    return `"${name}" is too long\nthe Hub's names have at most 96 characters`;
  }
  return (
    `"${name}" is not a model's name\n` +
    'the Hub\'s names have letters, digits and - _ . between them, without "--", ".." or ".git" at the end'
  );
}

export const COMMIT = /^[0-9a-f]{40}$/;

export function explainCommit(sha: string): string {
  const full = 'write the 40 digits of the commit, as the Hub\'s "Files" page shows and copies them';
  if (sha === '') return `the sha is empty\n${full}`;
  if (/^[0-9a-fA-F]{40}$/.test(sha)) {
    return `the sha has capital letters\nwrite it in lower case: ${sha.toLowerCase()}`;
  }
  if (/^[0-9a-fA-F]{64}$/.test(sha)) {
    return `the sha has 64 digits: that is the SHA-256 of a file or of an image, not a commit\n${full}`;
  }
  if (/^[0-9a-fA-F]{7,}$/.test(sha)) {
    const long = sha.length < 40 ? 'is short' : 'is long';
    return `the sha ${long}: ${sha.length} digits, a commit has 40\n${full}`;
  }
  if (/^[\w./-]+$/.test(sha) && !/^[0-9a-z]{36,}$/i.test(sha)) {
    return (
      `"${sha}" is the name of a branch or tag, not a commit\n` +
      `a branch moves and an image must not: ${full}`
    );
  }
  const wrong = /[^0-9a-f]/i.exec(sha)?.[0];
  return `"${sha}" is not a commit${wrong === undefined ? '' : `: "${wrong}" is not a hexadecimal digit`}\n${full}`;
}

/**
 * A branch or tag of git, as `git check-ref-format` has it: no component is empty, begins with `.` or ends with
 * `.lock`; neither `..` nor `@{`; no space, control character or one of `~^:?*[\`. A commit is none.
 */
export const REF =
  // oxlint-disable-next-line no-control-regex -- control characters are what it keeps out
  /^(?![0-9a-f]{40}$)(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[./]$))[^\u0000- \u007f~^:?*[\\/.-][^\u0000- \u007f~^:?*[\\]{0,199}$/;

export function explainRef(ref: string): string {
  if (ref === '')
    return 'track is empty\nwrite a branch or tag of the model, or leave the key out for its main branch';
  if (COMMIT.test(ref)) {
    return `"${ref}" is a commit, which does not move\nto stay at a commit write it as sha, and pin: true`;
  }
  return `"${ref}" is not the name of a branch or tag\nwrite it as the Hub shows it: main, v1.0, refs/pr/1`;
}

/** Tags of the distribution specification (spec.md, "Pulling manifests"). */
export const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function explainTag(tag: string): string {
  if (tag === '') return 'the tag is empty\nleave the key out for latest';
  if (tag.length > 128) return `the tag has ${tag.length} characters\na tag has at most 128`;
  return (
    `"${tag}" is not a tag\n` +
    'a tag has letters, digits and _ . - and begins with a letter, a digit or _, as in latest or v1.0'
  );
}

/** The repository grammar, as in {@link isRepository}. */
export const IMAGE_NAME =
  /^(?=.{1,255}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

export function explainImageName(image: string): string {
  const rule =
    'an image name is written without registry, prefix and tag, in lower case: letters and digits with . _ - between them';
  const lower = image.toLowerCase();
  if (lower !== image && IMAGE_NAME.test(lower)) {
    return `the image name "${image}" has capital letters\nwrite ${lower}`;
  }
  return image.length > 255
    ? `the image name has ${image.length} characters\nan image name has at most 255`
    : `"${image}" is not an image name\n${rule}`;
}

/** How every glob of a list is read; see {@link selectFiles}. */
export const GLOB_OPTIONS = { dot: true, noextglob: true, strictBrackets: true, windows: false } as const;

/** JSON Schema needs a pattern too: neither empty nor negated, no control characters, nothing above the model. */
// oxlint-disable-next-line no-control-regex -- control characters are what it keeps out
export const GLOB = /^(?!!)(?!(?:.*\/)?\.\.(?:\/|$))[^\u0000-\u001f\u007f]{1,1024}$/;

/** Whether the brackets and braces of a glob are closed. */
export function isClosed(glob: string): boolean {
  try {
    picomatch.makeRe(glob, GLOB_OPTIONS);
    return true;
  } catch {
    return false;
  }
}

export function explainGlob(glob: string): string {
  if (glob === '') return 'the glob is empty\nwrite one as in "*.safetensors", or leave the key out';
  if (glob.startsWith('!')) return `"${glob}" begins with "!"\nwrite ${glob.slice(1)} under the other key`;
  if (/(?:^|\/)\.\.(?:\/|$)/.test(glob)) {
    return `"${glob}" leaves the model's folder\nglobs are of paths inside the model`;
  }
  if (glob.length > 1024) return `the glob has ${glob.length} characters\na glob has at most 1024`;
  return `"${glob}" is not a glob\nbrackets and braces must be closed: [ab], {a,b}; \\[ stands for the character itself`;
}

const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd', 'wasip1'];
const ARCHITECTURES =
  'amd64 arm64 arm 386 ppc64le s390x riscv64 loong64 mips64 mips64le mips mipsle ppc64 wasm'.split(' ');
const OTHER_NAMES = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['x64', 'amd64'],
  ['aarch64', 'arm64'],
  ['x86', '386'],
  ['i386', '386'],
  ['i686', '386'],
  ['armv7', 'arm/v7'],
  ['armhf', 'arm/v7'],
  ['macos', 'darwin'],
]);

/** `os/architecture[/variant]` in Go's words (OCI image specification, image-index.md, "platform"). */
export const PLATFORM = new RegExp(`^(?:${SYSTEMS.join('|')})/(?:${ARCHITECTURES.join('|')})(?:/v[0-9.]+)?$`);

export function explainPlatform(platform: string): string {
  const [os = '', architecture = '', ...variant] = platform.split('/');
  const rule = 'write os/architecture or os/architecture/variant, as in linux/amd64 or linux/arm/v7';
  if (architecture === '') return `"${platform}" is not a platform\n${rule}`;
  const right = [meant(os, SYSTEMS), meant(architecture, ARCHITECTURES), ...variant];
  const written = right.includes(undefined) ? undefined : right.join('/');
  return written !== undefined && PLATFORM.test(written)
    ? `"${platform}" is not a platform\nwrite ${written}`
    : `"${platform}" is not a platform\n${rule}`;
}

function meant(word: string, known: readonly string[]): string | undefined {
  return known.includes(word) ? word : (OTHER_NAMES.get(word.toLowerCase()) ?? nearest(word, known));
}

/** Relative, `/` between its parts, and not above the list's own folder. */
// oxlint-disable-next-line no-control-regex -- control characters are what it keeps out
export const RELATIVE = /^(?!\/)(?![A-Za-z]:)(?!~)(?!(?:.*\/)?\.\.(?:\/|$))[^\\\u0000-\u001f\u007f]+$/;

/** @param key what it is written under, and `what` it is: a folder, a file */
export function explainRelative(key: string, what: string, written: string): string {
  if (written === '') return `the ${key} is empty\nwrite a ${what}, relative to the list`;
  if (/^(?:\/|~|[A-Za-z]:)/.test(written)) {
    return (
      `the ${key} "${written}" is not relative\n` +
      `write the ${what} relative to the list: it lies beside the list or below`
    );
  }
  if (/(?:^|\/)\.\.(?:\/|$)/.test(written)) {
    return (
      `the ${key} "${written}" may lead out of the list's folder\n` +
      `put the ${what} beside the list or below it, or the list above the ${what}, and write it without ".."`
    );
  }
  if (written.includes('\\'))
    return `the ${key} "${written}" has backslashes\nwrite ${written.replaceAll('\\', '/')}`;
  return `the ${key} has control characters\nwrite a ${what}, relative to the list`;
}

/** Those that this program reads again from images are its own. */
export const LABEL = /^(?!ai\.depot\.)[A-Za-z0-9](?:[\w./:-]{0,253}[A-Za-z0-9])?$/;

export function explainLabel(name: string): string {
  if (name === '') return 'a label has no name\nwrite name: value';
  if (name.startsWith('ai.depot.')) {
    return `"${name}" is a label of ai-action's own\ngive it another name, as in com.example.${name.slice(9)}`;
  }
  return `"${name}" is not a label's name\na name has letters, digits and . _ / : - between them, at most 255`;
}

// oxlint-disable-next-line no-control-regex -- a container's runtime takes none
export const LABEL_VALUE = /^[^\u0000]{0,16384}$/;
// oxlint-disable-next-line no-control-regex -- a container's runtime takes none
export const ARGUMENT = /^[^\u0000]{0,65536}$/;

export function explainLabelValue(value: string): string {
  return explainLong('a label', value, 16_384);
}

export function explainArgument(value: string): string {
  return explainLong('an argument', value, 65_536);
}

function explainLong(what: string, value: string, most: number): string {
  return value.includes('\0')
    ? `${what} has a NUL character\nremove it`
    : `${what} has ${value.length} characters\nat most ${most} are kept`;
}

/** What a tag can have behind a hyphen. */
export const SUFFIX = /^[a-zA-Z0-9_](?:[a-zA-Z0-9._-]{0,62}[a-zA-Z0-9_])?$/;

export function explainSuffix(name: string): string {
  if (name === '') return 'the name of a runtime is empty\nwrite what its tags end in: python, llama';
  return (
    `"${name}" is not the name of a runtime\n` +
    'it is the end of a tag: at most 64 letters, digits and _ . -, with a letter, a digit or _ at both ends'
  );
}

/** As Docker reads it (see `parseFamiliar`): registry and owner may be left out. */
export const BASE =
  /^(?!scratch$)(?=.{1,512}$)(?:(?:[a-zA-Z0-9.-]+\.[a-zA-Z0-9.-]+|[a-zA-Z0-9.-]+(?=:[0-9]+\/)|localhost|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64}|@sha512:[0-9a-f]{128})?$/;

export function explainBase(base: string): string {
  const form =
    'write it as in a Dockerfile: python:3.12-slim, registry.example/owner/image:tag, image@sha256:…';
  if (base === '') return `the base is empty\n${form}`;
  if (base === 'scratch') {
    return 'the base scratch has no layers\nthe image itself is made of the model alone: name a base that has something to run';
  }
  const bare = base.replace(/^(?:https?|docker|oci):\/\//, '');
  if (bare !== base && BASE.test(bare)) return `the base "${base}" is an address\nwrite ${bare}`;
  const lower = base.toLowerCase();
  if (lower !== base && BASE.test(lower)) return `the base "${base}" has capital letters\nwrite ${lower}`;
  return `"${base}" is not an image\n${form}`;
}

/** In a container: absolute, without `.`, `..`, empty parts or control characters. */
// oxlint-disable-next-line no-control-regex -- control characters are what it keeps out
export const ABSOLUTE = /^\/(?!$)(?:(?!\.{1,2}(?:\/|$))[^/\u0000-\u001f\u007f]+(?:\/(?!$)|$))+$/;

/** The same, or the root itself. */
export const WORKDIR = new RegExp(`${ABSOLUTE.source}|^/$`);

/** @param key what it is written under */
export function explainAbsolute(key: string, folder: string): string {
  const bare = `/${folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
  const wrong = `the ${key} "${folder}" is not a folder of a container`;
  return ABSOLUTE.test(bare) && bare !== folder
    ? `${wrong}\nwrite ${bare}`
    : `${wrong}\nwrite it from the root on, without "..": /models`;
}

/** Of the environment: no `=`, and nothing that a shell could not set. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

export function explainVariable(name: string): string {
  return `"${name}" is not the name of a variable\na name has letters, digits and _, and does not begin with a digit`;
}
