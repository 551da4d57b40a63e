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

/** The first that fits counts. */
const TRAPS: readonly Trap[] = [
  {
    said: /footer buffer = \d+, not \d+/,
    meaning:
      'this BuildKit panics when it writes eStargz: it was built with Go 1.27, which its writer does not support',
    hint: `Use a BuildKit that was built with another Go, as in "docker buildx create --driver docker-container --driver-opt image=moby/buildkit:v0.33.1 --use"; or ${STREAM_INSTEAD}.`,
  },
  {
    said: /no space left on device|disk quota exceeded/i,
    meaning: 'the disk that BuildKit works on is full',
    hint: `Free its cache with "docker buildx prune", give it a larger disk, or ${STREAM_INSTEAD}.`,
  },
  {
    said: /error reading from server|closing transport|transport is closing|code = Unavailable/,
    meaning: 'BuildKit ended, or the connection to it broke, while it worked',
    hint: `Its log says why ("docker logs buildx_buildkit_…"): killed for its use of memory, or a panic like "footer buffer = 48, not 51", which a BuildKit built with Go 1.27 has when it writes eStargz. Use another BuildKit, or ${STREAM_INSTEAD}.`,
  },
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
    said: /x509:|certificate/i,
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
    said: /unauthorized|401|authentication required|no basic auth credentials|failed to fetch (?:oauth|anonymous) token/i,
    meaning: 'the registry does not accept who BuildKit pushes as',
    hint: 'Sign in with "docker login" as someone who may push there, and run again.',
  },
  {
    said: /denied|forbidden|403|insufficient_scope/i,
    meaning: 'the registry does not allow the push',
    hint: 'Sign in with "docker login" as someone who may push to this repository, or have that right granted.',
  },
  {
    said: /413|too large/i,
    meaning: 'the registry, or a proxy before it, takes no request as large as a layer',
    hint: `Raise its limit on the size of a request's body, or ${STREAM_INSTEAD}: it uploads in parts where it has to.`,
  },
  {
    said: /429|toomanyrequests|too many requests/i,
    hint: 'A registry limits the rate of requests: sign in for a higher limit, or try again later.',
  },
  {
    said: /unknown flag|unknown compression|unsupported (?:layer )?compression/i,
    meaning: 'buildx or BuildKit is too old',
    hint: `Update Docker's buildx, and create the builder anew; or ${STREAM_INSTEAD}.`,
  },
];

/** @param stderr of buildx, its last lines. @param failed the beginning of the message. */
export function explainBuildx(stderr: string, failed: string): UserError {
  const reason = reasonOf(stderr);
  const trap = TRAPS.find(({ said }) => said.test(reason)) ?? TRAPS.find(({ said }) => said.test(stderr));
  const meaning = trap?.meaning === undefined ? reason : `${trap.meaning} (${reason})`;
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
