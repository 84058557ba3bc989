"""The XML Auditfile Financieel (XAF): Exact's own export is read, ours is written.

Element names are those of the published schemas of XAF 3.2 and 4.0 (facts 9.1, 9.2).
"""
