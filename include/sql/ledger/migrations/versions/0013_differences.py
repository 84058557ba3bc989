"""What James and Exact have otherwise: the observations, the differences, and bookings that are closed."""

from exact_online.migrations import sql_beside

revision = "0013"
down_revision = "0012"
upgrade = sql_beside(__file__)
