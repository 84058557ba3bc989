"""The pages of the link in Airflow's user interface, for practices, accountants and support.

`pages` holds what needs Airflow's login, `public` what a signed link opens. A page reads and writes
through the ledger package; a route states the right it needs (access.py), or answers 403.
"""
