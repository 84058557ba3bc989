# The image of every part of Airflow in docker-compose.yaml.
# Production runs the target "link"; "demo" adds the simulator and the demo.
ARG PYTHON_VERSION=3.12

FROM python:${PYTHON_VERSION}-slim AS installer
COPY requirements-uv.txt /locks/
RUN python -m pip install --no-cache-dir --require-hashes --requirement /locks/requirements-uv.txt
COPY requirements.txt requirements-dev.txt /locks/

FROM installer AS link-packages
RUN uv venv /opt/packages \
    && uv pip sync --no-cache --python /opt/packages/bin/python --require-hashes --compile-bytecode \
    /locks/requirements.txt

FROM installer AS demo-packages
RUN uv venv /opt/packages \
    && uv pip sync --no-cache --python /opt/packages/bin/python --require-hashes --compile-bytecode \
    /locks/requirements-dev.txt

FROM python:${PYTHON_VERSION}-slim AS base
ENV AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/airflow/plugins \
    PATH=/opt/packages/bin:$PATH \
    PYTHONPATH=/opt/airflow/plugins:/opt/airflow \
    PYTHONUNBUFFERED=1
# The containers write to volumes, which get the owner of these folders.
RUN useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/airflow airflow \
    && install --directory --owner=airflow --group=root --mode=0770 \
    /opt/airflow /opt/airflow/logs /opt/airflow/logins
WORKDIR /opt/airflow
COPY include include
COPY plugins plugins
COPY dags dags
USER 50000:0
CMD ["airflow", "version"]

FROM base AS demo
COPY --from=demo-packages /opt/packages /opt/packages
COPY simulator simulator
COPY dev dev
USER root
RUN install --directory --owner=airflow --group=root --mode=0770 /opt/airflow/books
USER 50000:0

FROM base AS link
COPY --from=link-packages /opt/packages /opt/packages
