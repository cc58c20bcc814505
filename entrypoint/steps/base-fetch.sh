#!/usr/bin/env bash
# Fetches the base commit that the checkout lacks, with the token, into a repository made for that alone. Nothing of the
# checkout is asked here: its configuration can name programs, which could read the token of this step.
set -euo pipefail

[[ $BENCHVERDICT_BASE =~ ^[0-9a-f]{40,64}$ ]]
store=$BENCHVERDICT_WORK/base.git
rm -rf "$store"
git init --quiet --bare "$store"
# Git reads settings from its environment, so that the header with the token is in no argument. GitHub takes it as the
# password of any user.
header="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$BENCHVERDICT_TOKEN" | base64 | tr -d '\n')"
unset BENCHVERDICT_TOKEN
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 \
  GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" GIT_CONFIG_VALUE_0=$header \
  git -C "$store" fetch --quiet --depth=1 --no-tags "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" \
  "$BENCHVERDICT_BASE:refs/heads/base" || true # the next step says that it is not there
