"""Codes of relations are compared without the zeros in front."""

from exact_online.migrations import sql_beside

revision = "0023"
down_revision = "0015"
upgrade = sql_beside(__file__)
