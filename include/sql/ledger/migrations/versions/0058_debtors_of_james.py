"""Whom James has, and what it said of groups of debtors, so that a night reads the groups that differ."""

from exact_online.migrations import sql_beside

revision = "0058"
down_revision = "0057"
upgrade = sql_beside(__file__)
