"""Mails are kept until they went."""

from exact_online.migrations import sql_beside

revision = "0039"
down_revision = "0038"
upgrade = sql_beside(__file__)
