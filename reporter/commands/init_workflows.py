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

SITE = """\
# Builds the site of the saved history and deploys it to GitHub Pages, after each push that saved a baseline.
# The repository needs Settings, Pages, Source: GitHub Actions.
name: Benchmarks, site
on:
  workflow_run:
    workflows: [Benchmarks]
    types: [completed]

permissions: {}

concurrency:
  group: benchmarks-site
  cancel-in-progress: false

jobs:
  build:
    # A push runs in this repository alone; a pull request of a fork never gets here, nor does another branch.
    if: >-
      github.event.workflow_run.event == 'push' && github.event.workflow_run.conclusion == 'success' &&
      github.event.workflow_run.head_branch == github.event.repository.default_branch
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      actions: read # the history is an artifact of the other run
      contents: read # the tags: they are the releases that can be compared
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0
          filter: blob:none
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      - run: pip install benchverdict
      - name: Bring the saved histories
        env:
          GH_TOKEN: ${{ github.token }}
          RUN: ${{ github.event.workflow_run.id }}
        run: |
          gh run download "$RUN" --repo "$GITHUB_REPOSITORY" --pattern 'benchverdict-baseline-*' --dir saved
          mkdir store
          find saved -name baseline.json.gz | sort | nl -n ln -w 1 -s ' ' |
            while read -r number file; do cp -- "$file" "store/$number.json.gz"; done
      - run: benchverdict site --store store --output site --repository-url "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"
      - uses: actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0
        with:
          path: site

  deploy:
    needs: build
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      pages: write # to deploy
      id-token: write # to prove to Pages which workflow deploys
    environment:
      name: github-pages
      url: ${{ steps.deploy.outputs.page_url }}
    steps:
      - id: deploy
        uses: actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0
"""
"""It is ``examples/workflows/benchmarks-site.yml``, which an installation has no copy of."""
