"""Paths of this project, and of the folder where local state may be written."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
"""The folder of all local state. Git ignores it and `make clean` removes it."""
PLUGINS = ROOT / "plugins"
DAGS = ROOT / "dags"
AIRFLOW_SETTINGS = ROOT / "include" / "airflow" / "settings.env"
PREPARE_AIRFLOW = ROOT / "include" / "airflow" / "prepare.py"
MIGRATIONS = ROOT / "include" / "sql" / "ledger" / "migrations" / "versions"
LOCK = ROOT / "requirements.txt"
