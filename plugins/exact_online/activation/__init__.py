"""From an added practice to an active link (M6, M7, M20): what the pages do, without pages.

Consent at Exact (`consent`), the choice of a division (`division`), signed links (`links`), the day
from which on is synchronised (`first_sync`), what blocks (`blockers`), how far it is (`steps`), and
the way back (`disconnect`).
"""
