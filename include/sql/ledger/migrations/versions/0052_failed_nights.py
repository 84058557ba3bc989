"""A night that failed is open by what stopped it, told once."""

from exact_online.migrations import sql_beside

revision = "0052"
down_revision = "0051"
upgrade = sql_beside(__file__)
