"""Uploads of many entries at once, and the switch that stops them for all practices."""

from exact_online.migrations import sql_beside

revision = "0049"
down_revision = "0048"
upgrade = sql_beside(__file__)
