"""Addresses of the built browser files, whose names carry a hash of what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import request, url_for

from geo.errors import JiantuError

if TYPE_CHECKING:
    from flask import Flask, Response

MANIFEST = "manifest.json"
FOREVER = "public, max-age=31536000, immutable"


class NotBuiltError(JiantuError):
    """The browser's files have not been built."""


def read_manifest(folder: Path) -> dict[str, str]:
    """Name → built file, both relative to the folder of built files; raises NotBuiltError."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = "The browser files are missing: run `npm ci && npm run build` first."
        raise NotBuiltError(message) from error
    return cast("dict[str, str]", json.loads(text))


def add_assets(app: Flask) -> None:
    """Give templates `asset(name)`; built files may be kept for ever, because their names change with them."""
    built: dict[str, str] = {}

    def asset(name: str) -> str:
        if not built or app.debug:
            built.update(read_manifest(Path(cast("str", app.static_folder))))
        return url_for("static", filename=built[name])

    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and request.view_args:
            known = request.view_args.get("filename") in built.values()
            response.headers["Cache-Control"] = FOREVER if known else "no-cache"
        return response
