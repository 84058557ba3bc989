"""A workbook that was not imported in Exact may be taken back."""

from exact_online.migrations import sql_beside

revision = "0020"
down_revision = "0015"
upgrade = sql_beside(__file__)
