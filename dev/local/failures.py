"""What can go wrong on a machine: always one sentence that names the thing and the cure."""

from __future__ import annotations


class CannotRun(Exception):
    """Something this machine must offer is missing, taken or refused."""
