"""What ``benchverdict init`` writes: the workflows of docs/forks.md, the command taken from the configuration."""

MEASURE = """\
# Measures. A fork's pull request runs this with a token that only reads, and without secrets.
name: Benchmarks
on:
  pull_request:
  merge_group:
  push:
    branches: [@branch@]

permissions: {}

jobs:
  benchmarks:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read # the checkout, and which commits came before
      actions: read # the baseline is an artifact of an earlier run
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false@submodules@
@steps@      - uses: OWNER/benchverdict@v1
        with:
          comment: never # the other workflow writes it@place@
"""

PUBLISH = """\
# Tells the reviewers what the workflow "Benchmarks" measured. It checks out nothing and runs nothing of a pull request.
name: Benchmarks, published
on:
  workflow_run:
    workflows: [Benchmarks]
    types: [completed]

permissions: {}

jobs:
  publish:
    if: github.event.workflow_run.event == 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      actions: read # the report is an artifact of the other run
      contents: read # the configuration: what fails the gate
      pull-requests: write # the comment
      checks: write # the check; leave it out for none
    steps:
      - uses: OWNER/benchverdict@v1
        with:
          stage: publish@place@
"""
