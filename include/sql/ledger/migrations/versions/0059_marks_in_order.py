"""A statement that changes several records marks them and their days in a fixed order, at its end.

A run that was prepared says so.
"""

from exact_online.migrations import sql_beside

revision = "0059"
down_revision = "0058"
upgrade = sql_beside(__file__)
