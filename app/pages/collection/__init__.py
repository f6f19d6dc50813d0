"""Weekly collection (收表): rounds and sheets to look at, files dropped and questions settled, files to take away."""

from __future__ import annotations

from app.pages.collection import answers, downloads
from app.pages.collection.rounds import blueprint

__all__ = ["answers", "blueprint", "downloads"]
