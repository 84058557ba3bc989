"""What stopped the tasks of a run."""

from exact_online.migrations import sql_beside

revision = "0032"
down_revision = "0031"
upgrade = sql_beside(__file__)
