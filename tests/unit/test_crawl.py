"""The crawler itself: what lies inside of files and pictures is seen; forms are read as browsers send them."""

from __future__ import annotations

import gzip
import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx import Document
from flask import Flask, request
from openpyxl import Workbook
from PIL import Image, PngImagePlugin
from weasyprint import HTML

from tests.crawl import (
    QUESTIONS_OF_ONE_KIND,
    EndlessCrawlError,
    Sending,
    canonical,
    crawl,
    forms_in,
    open_up,
)
from tests.ledgers import photo

if TYPE_CHECKING:
    from collections.abc import Callable

WORD = "canary_5f0c"


def workbook() -> bytes:
    book, out = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet["B3"] = WORD
    book.save(out)
    return out.getvalue()


def letter() -> bytes:
    document, out = Document(), BytesIO()
    document.add_paragraph(f"内容:{WORD}")
    document.save(out)
    return out.getvalue()


def printed() -> bytes:
    content = HTML(string=f"<html><body><p>内容 {WORD}</p></body></html>").write_pdf()
    assert isinstance(content, bytes)
    return content


def written_over() -> bytes:
    """A picture with a compressed text of its own."""
    out, told = BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Comment", WORD, zip=True)
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=told)
    return out.getvalue()


def packed() -> bytes:
    return gzip.compress(workbook())


def photographed() -> bytes:
    return photo(camera=WORD)


@pytest.mark.parametrize("make", [workbook, letter, printed, written_over, packed, photographed])
def test_a_word_inside_is_met(make: Callable[[], bytes]) -> None:
    assert WORD in "\n".join(open_up(make()))


@pytest.mark.parametrize("content", [b"", b"plain", b"\xff\xd8 no picture", b"{}"])
def test_what_is_none_of_these_has_nothing_inside(content: bytes) -> None:
    assert list(open_up(content)) == []


def test_forms_are_read_as_a_browser_would_send_them() -> None:
    page = """
      <form method="get" action="/search"><input name="q" value="x"></form>
      <form method="post">
        <input type="hidden" name="version" value="3"><input type="checkbox" name="no" value="1">
        <input type="checkbox" name="yes" value="1" checked><textarea name="note">甲</textarea>
        <select name="one"><option value="a"><option value="b" selected></select>
        <input type="file" name="photos">
        <button name="decision" value="accept"></button><button name="decision" value="decline"></button>
      </form>
    """
    said = (("version", "3"), ("yes", "1"), ("note", "甲"), ("one", "b"))
    assert list(forms_in(page, "/a/b?c=1")) == [
        Sending("/a/b?c=1", (*said, ("decision", word))) for word in ("accept", "decline")
    ]


def test_an_address_is_written_in_one_way() -> None:
    assert canonical("/a?c=2&b=%E8%B7%AF&b=") == canonical("/a?b=&c=2&b=路") != canonical("/a?c=2")
    assert canonical("/a?") == canonical("/a") == "/a"


def maze() -> Flask:
    """Filters that lead to ever more filters, and a path that leads to ever more paths."""
    app = Flask(__name__)

    @app.get("/list")
    def show_list() -> str:
        asked = dict(request.args)
        return " ".join(
            f'<a href="/list?{"&".join(f"{k}={v}" for k, v in {**asked, name: word}.items())}">'
            for name in "abcdef"
            for word in range(9)
        )

    @app.get("/deeper/<int:level>")
    def show_deeper(level: int) -> str:
        return f'<a href="/deeper/{level + 1}">'

    return app


def test_a_crawl_of_filters_without_end_ends_by_itself_and_says_how_much_it_passed_over() -> None:
    app = maze()
    found = crawl(app, app.test_client(), ["/list"], re.compile("canary"))
    assert QUESTIONS_OF_ONE_KIND < len(found.statuses) < 200
    assert found.passed_over > 100


def test_a_crawl_that_does_not_end_by_itself_fails() -> None:
    app = maze()
    with pytest.raises(EndlessCrawlError, match="50 addresses asked for and 1 still waiting"):
        crawl(app, app.test_client(), ["/deeper/1"], re.compile("canary"), most=50)
