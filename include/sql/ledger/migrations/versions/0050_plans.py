"""What a night reads is found by an index: the latest versions of the records it asks for."""

from exact_online.migrations import sql_beside

revision = "0050"
down_revision = "0049"
upgrade = sql_beside(__file__)
