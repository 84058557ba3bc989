"""Nights bring the list of requirements up to date."""

from exact_online.migrations import sql_beside

revision = "0037"
down_revision = "0036"
upgrade = sql_beside(__file__)
