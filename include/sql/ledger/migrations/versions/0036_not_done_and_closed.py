"""What a run has not done, per step; and what a person closed, apart from what is open."""

from exact_online.migrations import sql_beside

revision = "0036"
down_revision = "0035"
upgrade = sql_beside(__file__)
