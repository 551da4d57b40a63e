/** What BuildKit and buildx say when they fail, and the way out of it. */
import { UserError } from '../../errors.ts';
import { CREATE_BUILDER, STREAM_INSTEAD } from './hints.ts';

interface Trap {
  /** What is said of it. */
  said: RegExp;
  /** What it is, where their own words do not say it. */
  meaning?: string;
  hint: string;
}

const PANIC: Trap = {
  said: /footer buffer = \d+, not \d+/,
  meaning:
    'this BuildKit panics when it writes eStargz: it was built with Go 1.27, which its writer does not support',
  hint: `Use a BuildKit that was built with another Go, as in "docker buildx create --driver docker-container --driver-opt image=moby/buildkit:v0.33.1 --use"; or ${STREAM_INSTEAD}.`,
};

/** All that a client sees of a daemon that is no more. */
const ENDED: Trap = {
  said: /error reading from server|closing transport|transport is closing|code = Unavailable/,
  meaning: 'BuildKit ended, or the connection to it broke, while it worked',
  hint: `Its log says why ("docker logs buildx_buildkit_…"): killed for its use of memory, or a panic like "footer buffer = 48, not 51", which a BuildKit built with Go 1.27 has when it writes eStargz. Use another BuildKit, or ${STREAM_INSTEAD}.`,
};

/** The first that fits counts. */
const TRAPS: readonly Trap[] = [
  PANIC,
  {
    said: /no space left on device|disk quota exceeded/i,
    meaning: 'the disk that BuildKit works on is full',
    hint: `Free its cache with "docker buildx prune", give it a larger disk, or ${STREAM_INSTEAD}.`,
  },
  ENDED,
  {
    said: /no such host|server misbehaving|temporary failure in name resolution/i,
    meaning: 'BuildKit cannot resolve the name of the registry',
    hint: 'BuildKit resolves names where it runs: create the builder with "--driver-opt network=host", or give its container the DNS server that knows the registry.',
  },
  {
    said: /server gave HTTP response to HTTPS client/,
    hint: 'The registry speaks plain http: publish with --insecure, or name it by localhost.',
  },
  {
    said: /x509:|tls: .*certificate/i,
    hint: 'BuildKit does not trust the certificate of the registry: give it the authority with "docker buildx create --config buildkitd.toml" ([registry."HOST"] ca=[…]).',
  },
  {
    said: /dial tcp .*(?:connection refused|i\/o timeout|network is unreachable)/,
    meaning: 'BuildKit cannot reach the registry',
    hint: 'A builder of the docker-container kind has a localhost of its own: create it with "--driver-opt network=host". Otherwise look whether a firewall or a proxy stands between the two.',
  },
  {
    said: /docker API|docker daemon|no builder ".*" found|failed to find driver/i,
    hint: `Start Docker, or select a builder with "docker buildx use" or BUILDX_BUILDER. ${CREATE_BUILDER}`,
  },
  {
    said: /unauthorized|\b401\b|authentication required|no basic auth credentials|failed to fetch (?:oauth|anonymous) token/i,
    meaning: 'the registry does not accept who BuildKit pushes as',
    hint: 'Sign in with "docker login" as someone who may push there, and run again.',
  },
  {
    said: /failed to push .*(?:denied|forbidden)|\b403\b|insufficient_scope/i,
    meaning: 'the registry does not allow the push',
    hint: 'Sign in with "docker login" as someone who may push to this repository, or have that right granted.',
  },
  {
    said: /\b413\b|too large/i,
    meaning: 'the registry, or a proxy before it, takes no request as large as a layer',
    hint: `Raise its limit on the size of a request's body, or ${STREAM_INSTEAD}: it uploads in parts where it has to.`,
  },
  {
    said: /\b429\b|toomanyrequests|too many requests/i,
    hint: 'A registry limits the rate of requests: sign in for a higher limit, or try again later.',
  },
  {
    said: /\b50[0234]\b/,
    hint: 'The registry is failing: try again, and look at its log when it goes on.',
  },
  {
    said: /unknown flag|unknown compression|unsupported (?:layer )?compression/i,
    meaning: 'buildx or BuildKit is too old',
    hint: `Update Docker's buildx, and create the builder anew; or ${STREAM_INSTEAD}.`,
  },
];

/** Whether BuildKit's own log may know more. */
export function hasEnded(stderr: string): boolean {
  return ENDED.said.test(reasonOf(stderr));
}

/**
 * @param failed the beginning of the message
 * @param stderr of buildx, its last lines
 * @param log of BuildKit, where it is known
 */
export function explainBuildx(failed: string, stderr: string, log = ''): UserError {
  const reason = reasonOf(stderr);
  const [panic] = PANIC.said.exec(log) ?? [];
  const trap =
    panic === undefined
      ? (TRAPS.find(({ said }) => said.test(reason)) ?? TRAPS.find(({ said }) => said.test(stderr)))
      : PANIC;
  const meaning = trap?.meaning === undefined ? reason : `${trap.meaning} (${panic ?? reason})`;
  return new UserError(`${failed}: ${meaning}`, {
    hint: trap?.hint ?? `What BuildKit said stands above. If nothing else helps, ${STREAM_INSTEAD}.`,
  });
}

/** The last line that says what failed, without the words that every failure begins with. */
function reasonOf(stderr: string): string {
  const lines = stderr.split('\n');
  const last = lines.findLast((line) => line.startsWith('ERROR: ')) ?? lines.at(-1) ?? '';
  const reason = last.replace(/^(?:ERROR: |failed to build: |failed to solve: )+/, '').trim();
  return reason === '' ? 'it said nothing' : reason;
}
