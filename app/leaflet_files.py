"""Leaflet's own files, for pages that must carry everything inside themselves."""

from __future__ import annotations

import re

from app.config import PROJECT_DIR
from geo.errors import JiantuError
from geo.exporters.snapshot import LeafletFiles


def read_leaflet() -> LeafletFiles:
    """Leaflet's script and style as npm installed them; pictures that the style names are left out."""
    folder = PROJECT_DIR / "node_modules" / "leaflet" / "dist"
    try:
        script = (folder / "leaflet.js").read_text(encoding="utf-8")
        style = (folder / "leaflet.css").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = "缺少 Leaflet,请先运行 npm ci / Leaflet is missing: run npm ci first"
        raise JiantuError(message) from error
    script = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", script)
    return LeafletFiles(script, re.sub(r"url\([^)]*\)", "none", style))
