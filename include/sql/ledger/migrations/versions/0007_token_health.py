"""How often a chain asks for a token, and what was said of its age."""

from exact_online.migrations import sql_beside

revision = "0007"
down_revision = "0006"
upgrade = sql_beside(__file__)
