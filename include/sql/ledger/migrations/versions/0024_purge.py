"""Personal data that goes after its term; what was sent stays known by fingerprints."""

from exact_online.migrations import sql_beside

revision = "0024"
down_revision = "0023"
upgrade = sql_beside(__file__)
