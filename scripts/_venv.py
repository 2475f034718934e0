"""The project's own environment, made on first use: ``.venv`` beside ``pyproject.toml``."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def python(extra: str = "") -> Path:
    """The interpreter of ``.venv``, with the package and ``extra`` installed.

    What is installed is remembered by the hash of ``pyproject.toml``, so a second call
    costs nothing.
    """
    if sys.version_info < OLDEST:
        sys.exit("fcextract needs Python 3.11 or newer; this is " + sys.version.split()[0])
    found = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not found.exists():
        print("making .venv ...", file=sys.stderr, flush=True)
        venv.create(VENV, with_pip=True)
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + extra.encode()).hexdigest()
    stamp = VENV / f"installed-{extra or 'plain'}"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print("installing what is needed (a minute or two) ...", file=sys.stderr, flush=True)
        target = f"{ROOT}[{extra}]" if extra else str(ROOT)
        install = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-e", target], check=True)
        stamp.write_text(wanted, "utf-8")
    return found


def ensure(module: str, extra: str = "dev") -> None:
    """Go on only where ``module`` can be imported; elsewhere run this script in ``.venv``."""
    if importlib.util.find_spec(module) is None:
        sys.exit(subprocess.run([python(extra), *sys.argv]).returncode)
