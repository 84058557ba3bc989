"""What is open costs by how much is open: its latest version and its cause are kept with each record."""

from exact_online.migrations import sql_beside

revision = "0052"
down_revision = "0051"
upgrade = sql_beside(__file__)
