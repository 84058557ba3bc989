"""Uploads of many entries at once, and the switch that stops them for all practices."""

from exact_online.migrations import sql_beside

revision = "0053"
down_revision = "0043"
upgrade = sql_beside(__file__)
