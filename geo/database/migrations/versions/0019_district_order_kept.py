"""The order of districts is kept in their history, and in the rows that a moment is read from."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write the functions and the view of districts anew, for the column that they have been given."""
    op.execute(
        "select history.keep_columns('jiantu.district', 'id', '{shape_metric,shape_web,shape_wide,period}')"
    )
    op.execute("select history.keep_row_columns('jiantu.district', 'id')")
    op.execute(
        "update history.district_kept k set position = d.position from jiantu.district d"
        " where d.id = k.id and k.valid_until = 'infinity'"
    )
