# The paper and its recognizer, set up as `make setup` does on any machine.
#   docker build --tag darkhar .
# README.md says how to run it.

ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS setup
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /paper
COPY . .
# The recognizer is fitted once, in the image, and not by each container that predicts.
RUN make setup \
    && .venv/bin/python -c \
    'from darkhar.recognizer import load_recognizer; load_recognizer()'

FROM python:${PYTHON}-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 reader
COPY --from=setup --chown=reader:reader /paper /paper
USER 1000
WORKDIR /paper
ENV PATH=/paper/.venv/bin:$PATH TF_CPP_MIN_LOG_LEVEL=3
CMD ["make", "paper"]
