"""A workbook that was not imported in Exact may be taken back."""

from exact_online.migrations import sql_beside

revision = "0018"
down_revision = "0017"
upgrade = sql_beside(__file__)
