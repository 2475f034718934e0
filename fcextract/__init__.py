"""fcextract: filled scoresheets in, an audited table out.

The pipeline, one step a line; each hands a frozen record on to the next::

    ingest      file         -> Document       upright pages and what is painted on them
    locate      Document     -> LocatedTable   which page, which rows, which two boxes
    marks       LocatedTable -> MarkedTable    checked, empty, uncertain or missing
    text        cells, header and footer       as typed
    reconcile   MarkedTable  -> Scoresheet     exactly the edition's items, in list order
    audit       Scoresheet   -> AuditedSheet   totals recounted, findings
    export      AuditedSheet -> tables, workbook, JSON

:func:`read` runs it over one file, :func:`batch` over many into a results folder.
:func:`read_mark` judges one check box on any picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcextract.errors import FcextractError

if TYPE_CHECKING:
    from fcextract.batches import batch
    from fcextract.editions import load_edition
    from fcextract.forms import Form
    from fcextract.marks.raster import read_mark
    from fcextract.reading import read

__version__ = "0.1.0"
__all__ = ["FcextractError", "Form", "__version__", "batch", "load_edition", "read", "read_mark"]

# Where each public name lives. They are imported on first use: the libraries behind them
# take longer to load than most commands take to run.
_HOMES = {
    "Form": "fcextract.forms",
    "batch": "fcextract.batches",
    "load_edition": "fcextract.editions",
    "read": "fcextract.reading",
    "read_mark": "fcextract.marks.raster",
}


def __getattr__(name: str) -> Any:
    """A public name, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
