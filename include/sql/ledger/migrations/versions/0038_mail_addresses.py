"""Mail addresses of practice and accountant."""

from exact_online.migrations import sql_beside

revision = "0038"
down_revision = "0037"
upgrade = sql_beside(__file__)
