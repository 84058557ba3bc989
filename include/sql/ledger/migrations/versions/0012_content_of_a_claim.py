"""Fingerprints with the debtor, and claims that name what they claim."""

from exact_online.migrations import sql_beside

revision = "0012"
down_revision = "0011"
upgrade = sql_beside(__file__)
