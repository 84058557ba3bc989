"""What Exact does with an entry: periods, numbers, VAT, the lines it generates, and when it says no (facts 4.6 to 4.15)."""
