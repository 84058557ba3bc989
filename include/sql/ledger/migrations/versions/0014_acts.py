"""What people decided about what is open: who, when, why."""

from exact_online.migrations import sql_beside

revision = "0014"
down_revision = "0013"
upgrade = sql_beside(__file__)
