# Two stages: pip and its caches stay in the first. Tag by digest in production if you must have the same bytes twice.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/otc-bot && python -m venv /opt/build
COPY requirements.txt requirements.build.txt ./
RUN /opt/otc-bot/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements.build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY docs ./docs
# The version, as git is not copied; without it, the one in pyproject.toml: --build-arg NAME=1.2.3
ARG SETUPTOOLS_SCM_PRETEND_VERSION_FOR_OTC_BOT=
# Without isolation, or pip would fetch whatever build backend is the newest today. Nobody installs anything into what is
# done, so pip stays behind.
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/otc-bot/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl \
 && /opt/otc-bot/bin/pip uninstall --yes --quiet pip \
 && /opt/otc-bot/bin/python -m compileall -q /opt/otc-bot/lib

FROM python:3.12-slim
RUN groupadd --system --gid 10001 otc-bot \
 && useradd --system --uid 10001 --gid otc-bot --home-dir /data --shell /usr/sbin/nologin otc-bot \
 && install -d -o otc-bot -g otc-bot /data
COPY --from=build /opt/otc-bot /opt/otc-bot
# What the bot keeps is in /data, what it throws away in /tmp; nothing else is written, so the rest may be read-only.
ENV PATH=/opt/otc-bot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    DATABASE_URL=sqlite:////data/otc-bot.db \
    BOT_CONFIG=/data/bot.toml \
    HTTP_HOST=0.0.0.0 \
    HTTP_PORT=8080 \
    LOG_FORMAT=json
# By its number: whoever starts it can then tell that this is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Unhealthy means deaf or stuck; what a restart does not mend is told on the page and no more.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['HTTP_PORT']}/healthz\", timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["otc-bot"]
CMD ["run"]
