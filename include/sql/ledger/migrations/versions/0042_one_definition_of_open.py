"""One definition of what is open: records, differences, workbooks."""

from exact_online.migrations import sql_beside

revision = "0042"
down_revision = "0035"
upgrade = sql_beside(__file__)
