#!/usr/bin/env bash
# Prints a short hash of everything the image is built from: equal content, equal image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

find Dockerfile .dockerignore requirements/stores.txt reporter entrypoint templates schemas \
  -type d \( -name __pycache__ -o -path entrypoint/steps \) -prune -o -type f ! -name '*.pyc' -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
