"""How PostgreSQL carries out the statements of the ledger when there is a lot in it."""
