"""One definition of what is open: records, differences, workbooks."""

from exact_online.migrations import sql_beside

revision = "0041"
down_revision = "0040"
upgrade = sql_beside(__file__)
