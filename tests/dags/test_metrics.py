"""The page and the dashboard name the metrics that there are; a task's process gets them out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from exact_online.tasks.metrics import METRICS, Kind

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
DASHBOARD = (ROOT / "docs" / "metrics-dashboard.json").read_text(encoding="utf-8")

TASK_PROCESS = """
import os
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils
from exact_online.tasks.metrics import CALLS, OPEN, Value, send

stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)
send([Value(OPEN, 3, ("zuid_as", "rejected")), Value(CALLS, 7, ("zuid_as",))])
os._exit(0)
"""


def test_the_page_has_each_metric() -> None:
    rows = [
        f"| `{each.name}` | {each.kind} | {each.unit} | {', '.join(f'`{tag}`' for tag in each.tags)} |"
        for each in METRICS
    ]
    assert [line for line in PAGE.splitlines() if line.startswith("| `exact_online.")] == rows


def test_the_dashboard_asks_for_metrics_that_there_are() -> None:
    there = {
        f"airflow_{each.name.replace('.', '_')}{'_total' if each.kind is Kind.COUNTER else ''}"
        for each in METRICS
    }
    assert set(re.findall(r"airflow_exact_online_\w+", DASHBOARD)) == there


def test_a_process_that_ends_at_once_has_sent_its_metrics() -> None:
    """A task's process ends without running what `atexit` has, which is where Airflow flushes."""
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **os.environ,
        "AIRFLOW__METRICS__OTEL_ON": "True",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRICS_EXPORTER": "otlp_proto_http",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "plugins"), str(ROOT)]),
    }
    try:
        subprocess.run([sys.executable, "-c", TASK_PROCESS], env=environment, check=True, timeout=60)
    finally:
        server.shutdown()
    assert _points(bodies) == {
        ("airflow.exact_online.open", "zuid_as", "rejected"): 3,
        ("airflow.exact_online.calls", "zuid_as"): 7,
    }


def _points(bodies: list[bytes]) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for body in bodies:
        for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for metric in (each for scope in resource.scope_metrics for each in scope.metrics):
                for point in (*metric.gauge.data_points, *metric.sum.data_points):
                    tags = {tag.key: tag.value.string_value for tag in point.attributes}
                    names = [tags[name] for name in ("practice", "state") if name in tags]
                    found[metric.name, *names] = point.as_double or point.as_int
    return {key: value for key, value in found.items() if key[0].startswith("airflow.exact_online")}
