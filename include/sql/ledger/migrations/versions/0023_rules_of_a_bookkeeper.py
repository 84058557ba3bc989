"""Codes without zeros in front; a hand-over takes along what was never sent."""

from exact_online.migrations import sql_beside

revision = "0023"
down_revision = "0015"
upgrade = sql_beside(__file__)
