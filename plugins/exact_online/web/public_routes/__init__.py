"""The routes without a login: signed links, the way back from Exact, and who stops."""
