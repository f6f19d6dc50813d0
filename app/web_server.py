"""Serving with gunicorn from inside the program, so that what was started with it ends with it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from app.console import say
from app.names import reachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from app.config import Settings


class WebServer(BaseApplication):
    """A gunicorn of one machine; each worker makes its own application and its own connections."""

    def __init__(
        self, settings: Settings, staff_url: str | None, public_url: str | None, secret: SecretStr
    ) -> None:
        """Prepare to serve the city behind `staff_url` to staff and behind `public_url` to everybody.

        All workers sign cookies with one secret: a form that one of them made may come back to another.
        """
        self._settings = settings.model_copy(
            update={
                "database_url": staff_url,
                "public_database_url": public_url,
                "secret_key": secret,
            }
        )
        super().__init__()

    def load_config(self) -> None:
        """Hand the settings to gunicorn."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": self._tell,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        """Make a worker's application."""
        from app import create_app

        application = create_app(self._settings)
        # What the program is made of stays as long as the process; walking it took the collector a tenth of a second
        # in the midst of requests.
        gc.freeze()
        return application

    def _tell(self, _arbiter: object) -> None:
        address = f"http://{reachable(self._settings.host)}:{self._settings.port}"
        say(f"✓ 请打开 / open {address}   (Ctrl-C 停止 / stops it)")
