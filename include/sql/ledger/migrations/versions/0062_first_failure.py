"""What stopped a run first is said in one place."""

from exact_online.migrations import sql_beside

revision = "0062"
down_revision = "0061"
upgrade = sql_beside(__file__)
