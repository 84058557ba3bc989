"""What people are mailed, in Dutch: per night, over the fleet, of an outage, and per month (M21).

Which mail goes is decided here; the texts are in `templates/` and in `words.py`. No mail names a
person (B7): numbers of invoices and debtors, and amounts. What is made is kept in the ledger, and
sent by `exact_online.tasks.support_mail`.
"""
