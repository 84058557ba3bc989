"""One definition of what is open: nights, whole practices, and all together."""

from exact_online.migrations import sql_beside

revision = "0042"
down_revision = "0041"
upgrade = sql_beside(__file__)
