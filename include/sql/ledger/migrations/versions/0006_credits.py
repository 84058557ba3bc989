"""What a credit invoice credits."""

from exact_online.migrations import sql_beside

revision = "0006"
down_revision = "0005"
upgrade = sql_beside(__file__)
