"""What a run does with older invoices, so that an import that is not finished goes on."""

from exact_online.migrations import sql_beside

revision = "0017"
down_revision = "0016"
upgrade = sql_beside(__file__)
