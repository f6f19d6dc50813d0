"""Answers kept under their tags: made once, and forgotten when there is no room."""

from __future__ import annotations

from app.api.kept import KeptAnswers


def test_an_answer_is_made_once_for_its_tag() -> None:
    made: list[str] = []
    kept = KeptAnswers()

    def make() -> str:
        made.append("x")
        return "灯"

    assert kept.get("a", make) == "灯".encode()
    assert kept.get("a", make) == "灯".encode()
    assert kept.get("b", make) == "灯".encode()
    assert len(made) == 2


def test_what_was_not_asked_for_longest_goes_first_and_the_largest_is_not_kept_at_all() -> None:
    kept = KeptAnswers(most_bytes=10)
    made: list[str] = []

    def ask(tag: str, size: int) -> None:
        def make() -> bytes:
            made.append(tag)
            return b"." * size

        assert len(kept.get(tag, make)) == size

    ask("a", 4)
    ask("b", 4)
    ask("a", 4)
    ask("c", 4)
    assert made == ["a", "b", "c"]
    ask("a", 4)
    ask("c", 4)
    assert made == ["a", "b", "c"]
    ask("b", 4)
    ask("huge", 11)
    ask("huge", 11)
    assert made == ["a", "b", "c", "b", "huge", "huge"]
