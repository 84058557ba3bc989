"""From which workbook settings came, and settings that wait for a look before they are saved."""

from exact_online.migrations import sql_beside

revision = "0030"
down_revision = "0029"
upgrade = sql_beside(__file__)
