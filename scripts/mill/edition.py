"""The printed list, from the package's edition data (the one thing the mill takes of it)."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from fcextract.editions import Item, load_edition  # noqa: E402

EDITION = load_edition("zj-2019")
ITEMS: tuple[Item, ...] = EDITION.items
ITEM_IDS: tuple[str, ...] = tuple(item.item_id for item in ITEMS)
