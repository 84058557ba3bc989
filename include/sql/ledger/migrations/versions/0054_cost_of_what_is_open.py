"""What is open costs by how much is open: its latest version and its cause are kept with each record."""

from exact_online.migrations import sql_beside

revision = "0054"
down_revision = "0053"
upgrade = sql_beside(__file__)
