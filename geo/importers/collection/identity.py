"""Which project a row is about: by its hidden key, its code, its name, a confirmed alias; never by likeness alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.codelists import plain
from geo.exporters.collection.keys import read_key
from geo.importers.collection.findings import Finding, Row
from geo.importers.collection.names import likeness_of, match_name
from geo.importers.collection.readings import SKIP, Choice
from geo.importers.values import key as key_of
from geo.importers.values import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.importers.collection.findings import Answers
    from geo.importers.collection.sheet import GivenRow
    from geo.queries.collection_facts import RoundFacts

STILL_THE_SAME = 80.0
"""A name at least this like the project's is a slip of the pen where key or code name the project."""


def identify(
    given: GivenRow, unit_id: int, facts: RoundFacts, expected: Sequence[str], answers: Answers
) -> Row:
    """The row with its project where that is certain or was confirmed, and with what must be asked."""
    code = key_of(given.cells.get("code"))
    name = text(given.cells.get("name"))
    row = Row(given.number, name or code or "")
    finding = _find(row, given, code, name, facts, expected)
    if finding is not None:
        answer = answers.get(finding.mark)
        row.findings.append(finding)
        if answer is not None and not _apply(row, answer, facts):
            answer = None
        if finding.must and answer is None:
            row.project = None
            return row
    if row.skipped or row.project is None:
        return row
    _check_belonging(row, unit_id, facts, answers)
    return row


def _apply(row: Row, answer: str, facts: RoundFacts) -> bool:
    """Do what was answered about a row's identity; whether that could be done."""
    if answer == "skip":
        row.skipped = True
        return True
    code = answer.partition(":")[2].strip()
    if answer.startswith(("project:", "set:")):
        if code not in facts.projects:
            return False
        row.project, row.how = code, "confirmed"
    return True


def _find(  # noqa: PLR0911, PLR0913, PLR0917  one way out for each way to know a project
    row: Row,
    given: GivenRow,
    code: str | None,
    name: str | None,
    facts: RoundFacts,
    expected: Sequence[str],
) -> Finding | None:
    """Set the row's project if it is certain; else, or if something contradicts, the finding."""
    key = read_key(text(given.cells.get("key")), facts.salt)
    by_name = _by_name(name, facts, expected)
    if key is not None and key.round_id == facts.id:
        if not key.genuine or key.project not in facts.projects:
            row.may_be = key.project if key.project in facts.projects else None
            zh, en = (
                "行标识被改动,请确认是哪个项目",
                "the row's key was altered: which project is it?",
            )
            offered = [*by_name, *_known(code, facts), *_known(key.project, facts)]
            return _which(row, "key_broken", offered, facts, zh, en)
        return _by_certain(row, "key", key.project, code, name, by_name, facts)
    if code is not None and code in facts.projects:
        hint = code if key is None or key.project not in facts.projects else key.project
        if (
            hint != code
        ):  # the key is another round's, and still says that something was pasted over it
            return _by_certain(row, "key", hint, code, name, by_name, facts)
        return _by_certain(row, "code", code, None, name, by_name, facts)
    if name is None:
        zh, en = "没有项目名称和编号", "neither name nor code of a project"
        return _which(row, "name_unknown", [], facts, zh, en)
    match = _matched(name, facts, expected)
    if match is not None:
        row.project, row.how = match
        return None
    if by_name:
        row.may_be = by_name[0]
        told = facts.projects[by_name[0]].name
        zh = f"没有叫“{name}”的项目,是不是“{told}”?"
        en = f"no project is called “{name}”; is it “{told}”?"
        return _which(row, "name_unsure", by_name, facts, zh, en)
    zh, en = f"没有叫“{name}”的项目,也没有相近的", f"no project is called “{name}” or alike"
    return _which(row, "name_unknown", [], facts, zh, en)


def _by_certain(  # noqa: PLR0913, PLR0917  what the row says of itself
    row: Row,
    how: str,
    project: str,
    code: str | None,
    name: str | None,
    by_name: list[str],
    facts: RoundFacts,
) -> Finding | None:
    """A project by key or code; code and name must not say otherwise."""
    row.project, row.how, row.may_be = project, how, project
    known = facts.projects[project]
    other_code = code is not None and code != project
    same_name = name is None or plain(name) == plain(known.name)
    if not same_name and facts.project_aliases.get(plain(name or "")) == project:
        same_name = True
    if not other_code and same_name:
        return None
    exact = _exact(name, facts)
    if other_code or (exact and exact != [project]) or not _alike(name, known.name):
        offered = [project, *(_known(code, facts) if other_code else ()), *by_name]
        shown = f"{code or ''} {name or ''}".strip()
        zh = f"行标识是“{known.name}”({project}),格子里写的是“{shown}”:可能把别的项目贴到了这一行"
        en = f"by its key this is “{known.name}” ({project}), but the cells say “{shown}”: a row pasted over another?"
        return _which(row, "row_moved", offered, facts, zh, en)
    zh = f"项目名称“{known.name}”被写成“{name}”,仍按{'行标识' if how == 'key' else '编号'}记入"
    en = f"“{known.name}” is written “{name}”; taken by its {how}"
    same = Choice("take", "是同一项目", "The same project")
    return Finding(row.number, "name", "name_changed", row.name, zh, en, (same, SKIP))


def _check_belonging(row: Row, unit_id: int, facts: RoundFacts, answers: Answers) -> None:
    """Projects of other units, and those that are over, are taken only when somebody says so."""
    project = facts.projects[row.project or ""]
    take = Choice("take", "照录", "Take it")
    finding: Finding | None = None
    if project.unit_id != unit_id:
        lead = facts.units.get(project.unit_id or 0, "")
        zh = f"“{project.name}”的牵头单位是{lead or '(未定)'},不是本表的单位"
        en = f"“{project.name}” is led by {lead or '(nobody)'}, not by this sheet's unit"
        finding = Finding(row.number, "name", "foreign_project", project.name, zh, en, (SKIP, take))
    elif not project.active:
        zh = f"“{project.name}”已完工或已退出,不在本期填报范围"
        en = f"“{project.name}” is finished or left the list: nothing is due for it"
        finding = Finding(row.number, "name", "not_active", project.name, zh, en, (SKIP, take))
    if finding is not None:
        row.findings.append(finding)
        if answers.get(finding.mark) == "skip":
            row.skipped = True


def _which(  # noqa: PLR0913, PLR0917  a finding has this many parts
    row: Row, kind: str, codes: Sequence[str], facts: RoundFacts, zh: str, en: str
) -> Finding:
    offered = tuple(
        Choice(
            f"project:{code}",
            f"{facts.projects[code].name}({code})",
            f"{facts.projects[code].name} ({code})",
        )
        for code in dict.fromkeys(codes)
    )
    return Finding(row.number, "name", kind, row.name, zh, en, (*offered, SKIP), typed=True)


def _known(code: str | None, facts: RoundFacts) -> list[str]:
    return [code] if code is not None and code in facts.projects else []


def _alike(name: str | None, other: str) -> bool:
    return name is None or likeness_of(plain(name), plain(other)) >= STILL_THE_SAME


def _exact(name: str | None, facts: RoundFacts) -> list[str]:
    wanted = plain(name or "")
    return [one.code for one in facts.projects.values() if plain(one.name) == wanted]


def _matched(name: str, facts: RoundFacts, expected: Sequence[str]) -> tuple[str, str] | None:
    """The project that bears the name, alone or alone among those expected; or the one confirmed for it."""
    exact = _exact(name, facts)
    own = [code for code in exact if code in set(expected)]
    if len(exact) == 1 or len(own) == 1:
        return (own or exact)[0], "exact"
    alias = facts.project_aliases.get(plain(name))
    return None if exact or alias is None else (alias, "alias")


def _by_name(name: str | None, facts: RoundFacts, expected: Sequence[str]) -> list[str]:
    """Projects that the name may mean, likeliest first."""
    if name is None:
        return []
    exact = _exact(name, facts)
    if exact:
        return exact
    alias = facts.project_aliases.get(plain(name))
    if alias is not None:
        return [alias]
    known = {plain(one.name): one.code for one in facts.projects.values()}
    return [code for code, _ in match_name(name, known, {}, expected).like]
