"""The log: lines on standard error, with plain tracebacks (the library's own pictures of them take seconds)."""

from __future__ import annotations

import sys

import structlog


def start_log() -> None:
    """Write every entry as one line: when, how grave, what, and its facts."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
