# The app in a container, on the CPU. For an NVIDIA GPU: docker build --build-arg EXTRA=gpu .
# EXTRA takes names of the extras in pyproject.toml, such as gpu or gpu,export.
FROM python:3.11-slim
ARG EXTRA=""

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore \
    GRADIO_SERVER_PORT=7860 \
    SEQ2SEQ_DATA_DIR=/data

RUN useradd --uid 1000 --create-home user && mkdir /data && chown user /data
WORKDIR /app

# In a layer of their own: they are installed again only when a pin changes.
COPY constraints.txt pyproject.toml ./
COPY locks locks
RUN pip install --require-hashes --requirement locks/run.txt
RUN test -z "$EXTRA" || pip install --constraint constraints.txt $(python -c "\
import tomllib; \
extras = tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']; \
print(*(package for name in '$EXTRA'.split(',') if name for package in extras[name]))")

COPY LICENSE README.md app.py ./
COPY data data
COPY docs docs
COPY seq2seq_keras seq2seq_keras
# The user of the container may add translators to those that are shipped.
COPY --chown=user saved_models saved_models
# Nothing of the program is written later, not even its bytecode.
RUN python -m compileall -q app.py seq2seq_keras

USER user
VOLUME ["/data", "/app/saved_models"]
EXPOSE 7860
# There is no curl in this image. The app is asked directly, whatever proxy is set.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-c", "\
import os, urllib.request as request; \
address = f\"http://127.0.0.1:{os.environ['GRADIO_SERVER_PORT']}/health\"; \
request.build_opener(request.ProxyHandler({})).open(address, timeout=8)"]
CMD ["python", "app.py", "--host", "0.0.0.0", "--data-dir", "/data"]
