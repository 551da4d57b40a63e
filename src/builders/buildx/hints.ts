/** Ways out that several messages end with. */
export const STREAM_INSTEAD = 'publish with --builder stream, which needs neither Docker nor a disk';

export const CREATE_BUILDER =
  'Create a builder with "docker buildx create --driver docker-container --use" (in a workflow: ' +
  `docker/setup-buildx-action), or ${STREAM_INSTEAD}.`;
