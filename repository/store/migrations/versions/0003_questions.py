"""What a harvest keeps back, what a person is asked, which records are alike, and how links were found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "staged",
        sa.Column("source", _NAME, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "questions",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", _NAME, nullable=False),
        sa.Column("source", _NAME),
        sa.Column("asked", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided", sa.String(20)),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("questions_of", "questions", ["kind", "subject"], unique=True)
    op.create_index("questions_by_state", "questions", ["state", "kind", "asked"])
    op.create_index("questions_by_source", "questions", ["source", "kind"])
    op.create_table(
        "fingerprints",
        sa.Column("record", _NAME, primary_key=True),
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("value", _NAME, primary_key=True),
    )
    op.create_index("fingerprints_alike", "fingerprints", ["kind", "value"])
    op.create_table(
        "clusters",
        sa.Column("record", _NAME, primary_key=True),
        sa.Column("cluster", _NAME, nullable=False),
        sa.Column("representative", sa.Boolean, nullable=False),
    )
    op.create_index("ix_clusters_cluster", "clusters", ["cluster"])
    op.create_table(
        "links",
        sa.Column("url", _NAME, primary_key=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("checked", sa.String(20)),
        sa.Column("due", sa.String(20), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_links_due", "links", ["due"])
    op.create_table(
        "link_uses",
        sa.Column("record", _NAME, primary_key=True),
        sa.Column("url", _NAME, primary_key=True),
        sa.Column("source", _NAME, nullable=False),
    )
    op.create_index("ix_link_uses_url", "link_uses", ["url"])
    op.create_index("ix_link_uses_source", "link_uses", ["source"])
