"""When the first step of a run succeeded."""

from exact_online.migrations import sql_beside

revision = "0010"
down_revision = "0009"
upgrade = sql_beside(__file__)
