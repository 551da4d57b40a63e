/**
 * Tests that need a daemon run where its environment variable is set (README, "Tests"), and fail instead of being
 * left out where AI_ACTION_REQUIRE_SERVICES is set, as in CI.
 */
import { describe } from '@jest/globals';

const SERVICES = {
  /** An OCI registry without authentication: host:port. */
  registry: ['REGISTRY'],
  /** BuildKit, for `buildx build --builder`. */
  buildkit: ['BUILDKIT_HOST', 'BUILDX_BUILDER'],
  /** BuildKit with the stargz snapshotter. */
  stargz: ['STARGZ_BUILDKIT_HOST', 'STARGZ_BUILDX_BUILDER'],
  /** The program `act`, which runs workflows. */
  act: ['ACT'],
  /** What reads artifacts of other formats (model-readers): KitOps, ModelPack's own tool, Docker Model Runner's puller. */
  readers: ['KIT', 'MODCTL', 'DOCKER_MODEL_PULL'],
  /** Chromium, for tests of the site. */
  chromium: ['CHROMIUM'],
} as const;

export type Service = keyof typeof SERVICES;

/** `describe` for tests that need these services. */
export function describeWith(...services: readonly Service[]): typeof describe | typeof describe.skip {
  const missing = services.flatMap((service) => SERVICES[service]).filter((name) => !process.env[name]);
  if (missing.length === 0) return describe;
  if (process.env['AI_ACTION_REQUIRE_SERVICES']) {
    throw new Error(`these tests need ${missing.join(', ')}, which CI must set`);
  }
  return describe.skip;
}

/** The value of a service's variable. @throws Error where it is not set. */
export function serviceAddress(name: (typeof SERVICES)[Service][number]): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
