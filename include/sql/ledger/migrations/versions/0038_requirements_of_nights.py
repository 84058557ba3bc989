"""Nights bring the list of requirements up to date."""

from exact_online.migrations import sql_beside

revision = "0038"
down_revision = "0035"
upgrade = sql_beside(__file__)
