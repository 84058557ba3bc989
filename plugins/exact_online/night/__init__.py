"""A practice's night, step by step, free of Airflow.

The tasks call these steps, and so do the tests.

Each step may be done again at any time and by any machine: what is done stands in the ledger.

    context    what every step needs at hand
    steps      open, extract, plan, load, reconcile, report: in the order of time
    history    invoices from before the link date: nothing, import, or hand over
    dry_run    all of it without writing
"""
