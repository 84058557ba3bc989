"""Mails are kept until they went."""

from exact_online.migrations import sql_beside

revision = "0040"
down_revision = "0035"
upgrade = sql_beside(__file__)
