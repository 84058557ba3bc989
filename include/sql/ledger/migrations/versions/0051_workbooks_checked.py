"""A person who looks in Exact for the entries of workbooks is in the log of the practice."""

from exact_online.migrations import sql_beside

revision = "0051"
down_revision = "0050"
upgrade = sql_beside(__file__)
