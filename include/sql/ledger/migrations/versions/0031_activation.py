"""How a practice is linked with Exact: agreement, signed links, consents under way."""

from exact_online.migrations import sql_beside

revision = "0031"
down_revision = "0030"
upgrade = sql_beside(__file__)
