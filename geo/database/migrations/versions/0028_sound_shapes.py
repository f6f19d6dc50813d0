"""Districts, ground, roads and pavements hold their shapes to what importers see to, as parts of works do already."""

from __future__ import annotations

from geo.database.migrations.making import hold_to

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = ("district", "ground", "road", "pavement")


def upgrade() -> None:
    """Make the checks. A shape with a coordinate that is no number, or infinite, is not valid to PostGIS."""
    for table in TABLES:
        hold_to(table, "shape_vertices", "st_npoints(shape) <= 10000")
        hold_to(table, "shape_valid", "st_isvalid(shape) and not st_isempty(shape)")
