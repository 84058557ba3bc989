"""What the system says about a process."""

from __future__ import annotations

import subprocess
from pathlib import Path


def is_alive(pid: int) -> bool:
    """False as well for a process that has ended and only waits for its parent to notice."""
    return bool(command_line(pid))


def command_line(pid: int) -> str:
    """Empty when the process is gone."""
    if not Path("/proc/self").exists():
        return subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.strip()
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""
