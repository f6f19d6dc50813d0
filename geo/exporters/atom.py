"""Atom feeds (RFC 4287) of what changes for people: roads that close, outages, projects and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is told; `key` names it for ever, `updated` (aware) says since when it reads as it does."""

    key: str
    title: str
    summary: str
    link: str
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's own facts; `address` is where it is found, `link` the page it belongs to."""

    title: str
    author: str
    address: str
    link: str
    language: str


def write_atom(feed: Feed, entries: Sequence[Entry], beginning: datetime) -> bytes:
    """The feed, the latest entry first; without entries it was updated at `beginning`."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": feed.language})
    latest = sorted(entries, key=lambda entry: (entry.updated, entry.key), reverse=True)
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "updated", (latest[0].updated if latest else beginning).isoformat())
    _add(_add(root, "author"), "name", feed.author)
    _link(root, feed.address, rel="self", type="application/atom+xml")
    _link(root, feed.link, rel="alternate", type="text/html")
    for entry in latest:
        told = _add(root, "entry")
        _add(told, "id", entry.key)
        _add(told, "title", entry.title)
        _add(told, "updated", entry.updated.isoformat())
        _add(told, "summary", entry.summary)
        _link(told, entry.link, rel="alternate", type="text/html")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, name: str, words: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = words
    return element


def _link(parent: ET.Element, href: str, **attributes: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"href": href, **attributes})
