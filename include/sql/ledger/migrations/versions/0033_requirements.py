"""What is required of a division: the list as read last, and confirmations."""

from exact_online.migrations import sql_beside

revision = "0033"
down_revision = "0032"
upgrade = sql_beside(__file__)
