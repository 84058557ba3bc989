"""A practice that stopped by itself stays so until a person says go."""

from exact_online.migrations import sql_beside

revision = "0023"
down_revision = "0022"
upgrade = sql_beside(__file__)
