"""What the pages read of all practices at once."""

from exact_online.migrations import sql_beside

revision = "0034"
down_revision = "0033"
upgrade = sql_beside(__file__)
