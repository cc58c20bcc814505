#!/usr/bin/env bash
# Brings the base commit that the plan pairs the head with into the clone, where a shallow checkout lacks it. The token
# goes to a repository made for that alone: the checkout's configuration can name programs, which must not get it.
set -euo pipefail

plan=$BENCHVERDICT_WORK/plan.json
base=$(sed -n 's/^  "base_sha": "\([0-9a-f]\{40,64\}\)",\{0,1\}$/\1/p' "$plan")
token=$BENCHVERDICT_TOKEN
unset BENCHVERDICT_TOKEN
of_checkout() {
  git -c safe.directory='*' -C "$GITHUB_WORKSPACE" "$@"
}
if [ -z "$base" ] || of_checkout cat-file -e "$base^{commit}" 2>/dev/null; then
  exit
fi

store=$BENCHVERDICT_WORK/base.git
trap 'rm -rf "$store"' EXIT
git init --quiet --bare "$store"
# Git reads settings from its environment, so that the header with the token is in no argument. GitHub takes it as the
# password of any user.
header="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n')"
if GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 \
  GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" GIT_CONFIG_VALUE_0=$header \
  git -C "$store" fetch --quiet --depth=1 --no-tags "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" "$base:refs/heads/base" &&
  of_checkout fetch --quiet --depth=1 --no-tags "$store" refs/heads/base; then
  echo "brought the base commit $base into the clone"
else
  echo "the base commit $base is not in this clone and cannot be fetched: add 'fetch-depth: 0' below 'with:' of the checkout step"
fi
