# The images of docker-compose.yaml. Production runs the target "link" beside "database";
# "demo" adds the simulator and the demo.
# What is copied gets its rights here: a checkout under umask 077 makes the same image.
# The two base images: production names them with their digest (docs/operations.md).
ARG PYTHON_IMAGE=python:3.12-slim
ARG POSTGRES_IMAGE=postgres:18

# PostgreSQL with the script that makes our databases at its first start.
FROM ${POSTGRES_IMAGE} AS database
COPY --chmod=0444 include/postgres/databases.sql /docker-entrypoint-initdb.d/databases.sql

FROM ${PYTHON_IMAGE} AS installer
COPY --chmod=0444 requirements-uv.txt /locks/
RUN python -m pip install --no-cache-dir --require-hashes --requirement /locks/requirements-uv.txt
COPY --chmod=0444 requirements.txt requirements-dev.txt /locks/

# The tests that packages bring along are left out.
FROM installer AS link-packages
RUN uv venv /opt/packages \
    && uv pip sync --no-cache --python /opt/packages/bin/python --require-hashes --compile-bytecode \
    /locks/requirements.txt \
    && find /opt/packages/lib -type d -name tests -prune -exec rm -r {} +

FROM installer AS demo-packages
RUN uv venv /opt/packages \
    && uv pip sync --no-cache --python /opt/packages/bin/python --require-hashes --compile-bytecode \
    /locks/requirements-dev.txt \
    && find /opt/packages/lib -type d -name tests -prune -exec rm -r {} +

FROM ${PYTHON_IMAGE} AS base
# The root file system is read-only in Compose: Airflow writes its example of a configuration to /tmp.
ENV AIRFLOW_HOME=/opt/airflow \
    AIRFLOW_CONFIG=/tmp/airflow.cfg \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/airflow/plugins \
    PATH=/opt/packages/bin:$PATH \
    PYTHONPATH=/opt/airflow/plugins:/opt/airflow \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Python's own modules are compiled once: nothing can be written beside them later.
RUN python -m compileall -q "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
# The containers write to volumes, which get the owner of these folders.
RUN useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/airflow airflow \
    && install --directory --owner=airflow --group=root --mode=0770 \
    /opt/airflow /opt/airflow/logs /opt/airflow/logins /opt/airflow/state
WORKDIR /opt/airflow
COPY --chmod=0555 include include
COPY --chmod=0555 plugins plugins
COPY --chmod=0555 dags dags
RUN python -m compileall -q dags include plugins
USER 50000:0
CMD ["airflow", "version"]

FROM base AS demo
COPY --from=demo-packages /opt/packages /opt/packages
COPY --chmod=0555 simulator simulator
COPY --chmod=0555 dev dev
USER root
RUN python -m compileall -q dev simulator \
    && install --directory --owner=airflow --group=root --mode=0770 /opt/airflow/books
USER 50000:0

FROM base AS link
COPY --from=link-packages /opt/packages /opt/packages
