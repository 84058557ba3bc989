"""Fingerprints with the debtor, and claims that name what they claim."""

from exact_online.migrations import sql_beside

revision = "0011"
down_revision = "0010"
upgrade = sql_beside(__file__)
