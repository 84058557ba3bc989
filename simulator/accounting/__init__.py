"""What Exact does with an entry: checks, VAT, generated lines (facts 4.6 to 4.15)."""
