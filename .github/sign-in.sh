#!/usr/bin/env bash
# docker login to $REGISTRY: with the password that was given, at ghcr.io with the job's own token otherwise.
set -euo pipefail
host=${REGISTRY%%/*}
if [[ -z ${PASSWORD:-} && $host == ghcr.io ]]; then
  USERNAME=$GITHUB_ACTOR PASSWORD=$GITHUB_TOKEN
fi
if [[ -z ${PASSWORD:-} ]]; then
  echo "No password was given: $host is reached with what this runner has, or by the action's own sign-in."
  exit 0
fi
docker login "$host" --username "${USERNAME:?secrets.registry-username is missing}" --password-stdin <<<"$PASSWORD"
