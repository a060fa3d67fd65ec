#!/usr/bin/env bash
# Checks that this machine has what the tests need, and on Debian installs what is missing. As somebody who may not install,
# prints the one line to run and fails. --quiet says nothing when all is there.
set -euo pipefail

quiet=false
[[ "${1:-}" == --quiet ]] && quiet=true
missing=()

has() { command -v "$1" >/dev/null 2>&1; }
first() { # the first existing path of a pattern
	compgen -G "$1" | head -n 1
}
font() { # Debian package, or a family that fontconfig knows
	if has dpkg-query && dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; then return 0; fi
	has fc-list && [[ -n "$(fc-list "$2" 2>/dev/null | head -n 1)" ]]
}

if [[ -z "${CHISO_TEST_POSTGRES:-}" ]] && ! has initdb && [[ -z "$(first '/usr/lib/postgresql/*/bin/initdb')" ]]; then
	missing+=(postgresql)
fi
if [[ -z "${CHISO_TEST_CHROMIUM:-}" ]] && ! has chromium && ! has chromium-browser && ! has google-chrome && ! has google-chrome-stable; then
	missing+=(chromium)
fi
font fonts-noto-core 'Noto Sans' || missing+=(fonts-noto-core)
font fonts-dejavu-core 'DejaVu Sans' || missing+=(fonts-dejavu-core)
has gcc && has ld || missing+=(gcc libc6-dev)

if ((${#missing[@]} == 0)); then
	$quiet || echo 'deps: PostgreSQL, Chromium, fonts and gcc are here'
	exit 0
fi

if [[ "$(id -u)" == 0 ]] && has apt-get; then
	echo "deps: installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends "${missing[@]}"
	exit 0
fi

echo 'deps: missing; run:' >&2
echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
exit 1
