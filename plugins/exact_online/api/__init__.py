"""All talk with Exact Online: tokens, call budget, calls and their answers, lists, look-ups,
mirrors. Knows no booking and no Airflow.
"""
