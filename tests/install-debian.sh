#!/bin/sh
# Installs from Debian what some tests need and are skipped without: nginx (serving
# behind a proxy), wrk (the benchmark of pages), curl, jq and node (the examples of the
# API guide as printed), chromium (pages and covers in a real browser).
# Does nothing where all of it is there, or where it may not install.
set -eu
PATH="$PATH:/usr/sbin:/sbin"
export PATH

missing=
for pair in nginx:nginx wrk:wrk curl:curl jq:jq node:nodejs \
  chromium:chromium; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "Not installed, and the tests that need them are skipped:$missing" >&2
  exit 0
fi

# Debian starts a server when it installs one; the tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
apt-get update -qq >/dev/null
# shellcheck disable=SC2086 # one word a package
apt-get install -qq --no-install-recommends $missing >/dev/null
