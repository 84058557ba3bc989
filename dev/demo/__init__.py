"""The demo: practices of different kinds, and a James database full of their invoices."""
