"""When a run read James, and which days: so that an older plan leaves newer content alone."""

from exact_online.migrations import sql_beside

revision = "0022"
down_revision = "0021"
upgrade = sql_beside(__file__)
