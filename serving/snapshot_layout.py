"""How a published snapshot lies on disk.

`published/<id>/` never changes after it was published and holds `manifest.json` and three
artefacts (`models.artifact`): `books` (panel, cost cells, budgets, freshness), `forecaster` and
`detector`. `published/current` holds the id of the one in force.
"""

from __future__ import annotations

__all__ = ["BOOKS", "FORMAT_VERSION", "MANIFEST", "POINTER"]

#: Version of the folder's layout; a newer one is refused.
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
#: Name of the pointer file.
POINTER = "current"
#: Kind and folder of the artefact with everything but the two versions.
BOOKS = "books"
