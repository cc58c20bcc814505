# The environment of fetch, report and publish. It holds no toolchain and no code of the project that is measured:
# the benchmark command runs on the host.
#
# BASE is the index digest of python:3.13.15-slim-trixie (amd64 and arm64); Dependabot renews it. Any base with
# python3 3.11 or later and its venv module will do.
ARG BASE=python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM ${BASE} AS build
COPY requirements/stores.txt /opt/stores.txt
RUN python3 -m venv /opt/venv \
 && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --only-binary :all: --require-hashes --requirement /opt/stores.txt \
 && /opt/venv/bin/python -m pip uninstall --yes pip setuptools \
 && echo /opt/benchverdict >"$(/opt/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/benchverdict.pth"
COPY reporter /opt/benchverdict/reporter
COPY entrypoint /opt/benchverdict/entrypoint
COPY templates /opt/benchverdict/templates
COPY schemas /opt/benchverdict/schemas
RUN python3 -m compileall -q /opt/benchverdict

FROM ${BASE}
LABEL org.opencontainers.image.title="Benchverdict" \
      org.opencontainers.image.description="Performance verdicts on pull requests that people can trust" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/benchverdict /opt/benchverdict
# Installing packages is over: pip of the base (in python:*, not in Debian's) goes, too.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/site-packages/pip*
# PYTHONSAFEPATH: the working directory is a checkout of code nobody has reviewed yet, and must not be imported from.
# Its owner is any uid (--user), so HOME is open to all; it holds matplotlib's font cache, which takes seconds to build.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONSAFEPATH=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/home/benchverdict \
    MPLCONFIGDIR=/home/benchverdict/matplotlib
RUN mkdir -p "$MPLCONFIGDIR" \
 && python -c 'import matplotlib.font_manager' \
 && chmod -R a+rwX "$HOME"
USER 65532:65532
CMD ["python", "-m", "reporter", "--help"]
