"""The XML Auditfile Financieel (XAF): Exact's own export is read, ours is written. No I/O but a stream.

Element names are those of the published schemas of XAF 3.2 and 4.0 (exact-facts.md, section 10).
"""
