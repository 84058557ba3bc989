"""From which workbook settings came, and settings that wait for a look before they are saved."""

from exact_online.migrations import sql_beside

revision = "0031"
down_revision = "0028"
upgrade = sql_beside(__file__)
