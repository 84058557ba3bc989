"""What is open by its cause, acts made together, links that ask a question."""

from exact_online.migrations import sql_beside

revision = "0035"
down_revision = "0034"
upgrade = sql_beside(__file__)
