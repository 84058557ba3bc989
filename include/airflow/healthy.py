"""Is this part of Airflow healthy? Exit status 0 or 1, for the checks of docker-compose.yaml.

It asks over HTTP and imports nothing of Airflow, which would cost seconds of processor time.

    python include/airflow/healthy.py COMPONENT      of the api-server's report, such as scheduler
    python include/airflow/healthy.py --port PORT    whether something listens there
"""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from urllib.parse import urlsplit

SECONDS = 10


def report_url(environment: dict[str, str]) -> str:
    """Return the address of the api-server's report, beside the one that tasks use."""
    tasks = environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    return f"{tasks.rstrip('/').removesuffix('/execution')}/api/v2/monitor/health"


def is_healthy(component: str, url: str) -> bool:
    """Return what the report says of a component; raise OSError when there is no report."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise OSError(f"{url} is no address of an api-server")
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        report = json.load(answer)
    return bool(report.get(component, {}).get("status") == "healthy")


def listens(port: int) -> bool:
    """Return whether something listens on a port of this container."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=SECONDS).close()
    except OSError:
        return False
    return True


def main(words: list[str]) -> int:
    """Return the exit status, and print why it is not 0."""
    if words[0] == "--port":
        healthy = listens(int(words[1]))
    else:
        try:
            healthy = is_healthy(words[0], report_url(dict(os.environ)))
        except OSError as error:
            print(error)
            return 1
    print("healthy" if healthy else f"{' '.join(words)}: not healthy")
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
