"""The one exception of the programs that run the project on a developer's machine."""

from __future__ import annotations


class CannotRun(Exception):
    """Something that this machine must offer is missing, in use or not allowed.

    The message is one sentence that names what is wrong and how to put it right.
    """
