#!/usr/bin/env bash
# Says whether the author of a comment may ask for benchmarks, before an image is built or anything installed: a comment
# of anybody starts this job.
set -euo pipefail
# shellcheck source=entrypoint/steps/runtime.sh
source "$(dirname "${BASH_SOURCE[0]}")/runtime.sh"

python=$(find_python 9) || fail 2 "This action needs Python 3.9 or later on this runner, and none was found. Add actions/setup-python before it."
"$python" -I -B "$action/entrypoint/may_ask.py" >>"$GITHUB_OUTPUT"
