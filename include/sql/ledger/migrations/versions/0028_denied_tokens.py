"""Access tokens that Exact denies before their time: nobody uses one again, and nobody asks early."""

from exact_online.migrations import sql_beside

revision = "0028"
down_revision = "0027"
upgrade = sql_beside(__file__)
