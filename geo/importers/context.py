"""What a reader must know of the city, read from its database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from geo.codelists import read_code_lists
from geo.database.seed import LISTS
from geo.database.setup import DATA_DIR
from geo.importers.reading import Context
from geo.model.base import CodeList
from geo.model.projects import Project
from geo.queries.city import get_city

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def read_context(session: Session, day: date) -> Context:
    """The city's box, the projects by name and, for each code list, the code of every label.

    Lists that the city may extend come from its database, fixed enumerations from `data/codes`.
    """
    labels = dict(read_code_lists(DATA_DIR / "codes").labels)
    for name, table in LISTS.items():
        if issubclass(table, CodeList):
            entries = session.scalars(select(table).where(table.retired_on.is_(None)))
            labels[name] = {
                label: entry.code
                for entry in entries
                for label in (*entry.synonyms, entry.code, entry.name_en, entry.name)
                if label
            }
    city = get_city(session)
    return Context(
        bbox=city.bbox,
        day=day,
        codes=labels,
        projects=dict(session.execute(select(Project.name, Project.code)).all()),
        metric_srid=city.metric_srid,
        time_zone=city.time_zone,
    )
