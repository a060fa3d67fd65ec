#!/usr/bin/env bash
# Images are named by version and pinned by digest. A digest can only come from the registry: this asks it and writes
# NAME:VERSION@sha256:… into the Dockerfile and docker-compose.yml. With --check it writes nothing and fails where a name
# has no digest, or the registry has another one for that version by now.
set -euo pipefail

check=false
[[ "${1:-}" == --check ]] && check=true
cd "${2:-$(dirname "$0")/..}"
files=(Dockerfile docker-compose.yml)
failed=0
# shellcheck disable=SC2016 # ${BASE} is the Dockerfile's own
names="$(sed -nE 's/^FROM \$\{BASE\}([^ ]+).*/docker.io\/library\/\1/p; s/^ +image: (docker\.io[^ ]+)$/\1/p' "${files[@]}" | sort -u)"
for name in $names; do
	tag="${name%@*}"
	digest="$(docker buildx imagetools inspect "$tag" --format '{{.Manifest.Digest}}')" || { echo "pin: the registry does not answer for $tag" >&2; exit 1; }
	[[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "pin: $tag: \"$digest\" is no digest" >&2; exit 1; }
	if [[ "$name" == "$tag@$digest" ]]; then
		echo "pin: $tag stands as it is in the registry"
	elif $check; then
		echo "pin: $name, but the registry has $digest" >&2
		failed=1
	else
		short="${tag#docker.io/library/}"
		sed -i -E "s#${short//./\\.}(@sha256:[0-9a-f]{64})?( |\$)#$short@$digest\\2#" "${files[@]}"
		echo "pin: $tag@$digest"
	fi
done
exit "$failed"
