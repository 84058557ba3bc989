"""What the operating system knows of a process."""

from __future__ import annotations

import subprocess
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Return whether the process runs; a process that has ended (a zombie) does not."""
    return bool(command_line(pid))


def command_line(pid: int) -> str:
    """Return the command line of a process; empty when the process has ended."""
    if not Path("/proc/self").exists():  # macOS has no /proc
        return subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.strip()
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""
