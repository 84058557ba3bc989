"""Steps that ended, so that one that is cleared reads anew; scopes that our app lacks at Exact."""

from exact_online.migrations import sql_beside

revision = "0014"
down_revision = "0011"
upgrade = sql_beside(__file__)
