"""A night has fewer tasks: its batches are in the ledger instead of XCom, and tasks have new names."""

from exact_online.migrations import sql_beside

revision = "0057"
down_revision = "0056"
upgrade = sql_beside(__file__)
