"""What was told of what is open, of failed nights, and of what stops all practices at once."""

from exact_online.migrations import sql_beside

revision = "0040"
down_revision = "0039"
upgrade = sql_beside(__file__)
