"""A hand-over is a set of workbooks, which may stand as objects outside the ledger."""

from exact_online.migrations import sql_beside

revision = "0046"
down_revision = "0045"
upgrade = sql_beside(__file__)
