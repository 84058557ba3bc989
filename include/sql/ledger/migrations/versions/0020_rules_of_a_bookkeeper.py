"""Codes without zeros in front; a hand-over takes along what was never sent."""

from exact_online.migrations import sql_beside

revision = "0020"
down_revision = "0019"
upgrade = sql_beside(__file__)
