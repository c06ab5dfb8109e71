"""What SHACL finds wrong with records behind their harvest, and the way to the newest runs of a source."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "shortcomings",
        sa.Column("record", _NAME, primary_key=True),
        sa.Column("shapes", sa.Text, nullable=False),
    )
    op.create_index("runs_by_start", "runs", ["source", "started", "id"])
