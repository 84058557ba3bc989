"""The routes of the pages, one module per page. Each states its right with `needs`."""
