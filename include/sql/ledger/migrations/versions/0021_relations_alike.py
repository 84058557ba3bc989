"""Relations in Exact that look like a debtor, for a person's word."""

from exact_online.migrations import sql_beside

revision = "0021"
down_revision = "0020"
upgrade = sql_beside(__file__)
