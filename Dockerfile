# Builds an image that runs `leadlight serve`; docs/operations.md says how to use it.

# Everything in the lock is downloaded and held against its hashes, without running any of it. The second stage installs
# from these files alone, and of them only what Leadlight needs to run: no test, no linter.
FROM python:3.12-slim AS wheels
WORKDIR /build
COPY requirements.lock .
RUN pip download --no-cache-dir --disable-pip-version-check --no-deps --only-binary=:all: \
    --require-hashes --requirement requirements.lock --dest /wheels
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY commands commands
COPY storage storage
RUN pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-index --find-links /wheels --wheel-dir /wheels .

FROM python:3.12-slim
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --disable-pip-version-check --no-index --find-links /wheels "leadlight[postgres]" \
    && useradd --system --uid 10001 --home-dir /data --create-home leadlight
ENV DATABASE_URL=sqlite:////data/leadlight.db PORT=3000
USER leadlight
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["leadlight"]
CMD ["serve"]
