"""What ships, what it is called, and how fast it starts."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import docs_errors
import pytest

import fcextract
from fcextract.cli.commands import cli

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

#: The contract's commands that belong to a later issue.
LATER = {"apply"}
COMMANDS = {"read", "batch", "overlay", "review", "export", "status", "edition", "explain"}


def test_commands_are_the_contract_s() -> None:
    assert set(cli.commands) - LATER == COMMANDS


def test_public_names() -> None:
    for name in ("read", "batch", "load_edition", "FcextractError"):
        assert callable(getattr(fcextract, name))
    assert set(fcextract.__all__) <= set(dir(fcextract))
    with pytest.raises(AttributeError):
        _ = fcextract.no_such_name


def test_public_names_are_not_hidden_by_modules() -> None:
    """``import fcextract.batches`` must not change what ``fcextract.batch`` is."""
    code = (
        "import pkgutil, fcextract\n"
        "modules = {m.name for m in pkgutil.iter_modules(fcextract.__path__)}\n"
        "assert not modules & set(fcextract.__all__), modules & set(fcextract.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_importing_is_light() -> None:
    code = (
        "import sys, fcextract, fcextract.cli.commands\n"
        "heavy = {'pandas', 'numpy', 'pymupdf', 'cv2', 'rich', 'PIL', 'sqlite3'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_metadata() -> None:
    assert PROJECT["name"] == "fcextract"
    assert PROJECT["license"] == "AGPL-3.0-or-later"
    assert PROJECT["scripts"] == {"fcextract": "fcextract.cli:run"}
    assert {"parquet", "dask", "all", "dev"} <= set(PROJECT["optional-dependencies"])
    assert "pymupdf>=1.26,<2" in PROJECT["dependencies"]


def test_licence_is_the_real_text() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith(" " * 20 + "GNU AFFERO GENERAL PUBLIC LICENSE\n")
    assert "13. Remote Network Interaction" in text
    assert len(text) > 34_000


def test_the_wheel_holds_the_data(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        p.relative_to(ROOT).as_posix()
        for p in (ROOT / "fcextract").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts and not p.name.startswith(".")
    }
    assert wanted <= names
    assert {"fcextract/py.typed", "fcextract/editions/zj-2019.csv"} <= names
    assert not [n for n in names if not n.startswith("fcextract")]


def test_errors_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    assert page == docs_errors.text(), "run python scripts/docs_errors.py"


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "docs/errors.md", "docs/review.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target
