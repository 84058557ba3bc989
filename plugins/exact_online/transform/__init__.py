"""James' rows become final bookings: pandas, no I/O, no clock.

The rules in words: docs/booking-rules.md.
"""

from exact_online.transform.debtors import transform_debtors
from exact_online.transform.invoices import transform_invoices
from exact_online.transform.plans import DebtorPlans, InvoicePlans

__all__ = ["DebtorPlans", "InvoicePlans", "transform_debtors", "transform_invoices"]
