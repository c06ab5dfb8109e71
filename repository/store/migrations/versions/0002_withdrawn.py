"""An index of the withdrawn records alone, so that counting them does not read all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "records_withdrawn",
        "records",
        ["id"],
        unique=False,
        sqlite_where=sa.text("withdrawn=1"),
        postgresql_where=sa.text("withdrawn"),
    )
