"""What people did with a practice, and whose personal data they looked at."""

from exact_online.migrations import sql_beside

revision = "0029"
down_revision = "0028"
upgrade = sql_beside(__file__)
