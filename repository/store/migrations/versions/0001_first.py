"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("source", _NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "collections",
        sa.Column("iri", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("iri"),
        sa.UniqueConstraint("change"),
    )
    op.create_table(
        "concepts",
        sa.Column("iri", _NAME, nullable=False),
        sa.Column("scheme", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("iri"),
        sa.UniqueConstraint("change"),
    )
    op.create_index(op.f("ix_concepts_scheme"), "concepts", ["scheme"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("saved", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "history",
        sa.Column("change", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("datestamp", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("id", _NAME, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("act", _NAME, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("change"),
    )
    op.create_index("history_of", "history", ["kind", "id", "change"], unique=False)
    op.create_table(
        "kit_documents",
        sa.Column("kit", _NAME, nullable=False),
        sa.Column("record", _NAME, nullable=False),
        sa.Column("type", _NAME, nullable=False),
        sa.PrimaryKeyConstraint("kit", "record", "type"),
    )
    op.create_index("kit_documents_of", "kit_documents", ["record"], unique=False)
    op.create_table(
        "kits",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("country", _NAME, nullable=False),
        sa.Column("level", _NAME, nullable=False),
        sa.Column("occupation", _NAME, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("change"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "positions",
        sa.Column("name", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("source", _NAME, nullable=False),
        sa.Column("identifier", _NAME, nullable=False),
        sa.Column("run", _NAME, nullable=False),
        sa.Column("noted", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_quarantine_source"), "quarantine", ["source"], unique=False)
    op.create_table(
        "record_sets",
        sa.Column("set_spec", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", _NAME, nullable=False),
        sa.Column("datestamp", sa.String(length=20), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("set_spec", "change"),
    )
    op.create_index("record_sets_by_date", "record_sets", ["set_spec", "datestamp", "change"], unique=False)
    op.create_index("record_sets_of", "record_sets", ["record"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("datestamp", sa.String(length=20), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("source", _NAME, nullable=True),
        sa.Column("origin", _NAME, nullable=True),
        sa.Column("sets", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("oai_dc", sa.LargeBinary(), nullable=True),
        sa.Column("renderer", _NAME, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("change"),
    )
    op.create_index("records_by_date", "records", ["datestamp", "change"], unique=False)
    op.create_index("records_by_source", "records", ["source", "origin"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("source", _NAME, nullable=False),
        sa.Column("started", sa.String(length=20), nullable=False),
        sa.Column("ended", sa.String(length=20), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_runs_source"), "runs", ["source"], unique=False)
    op.create_table(
        "schemes",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("iri", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("change"),
        sa.UniqueConstraint("iri"),
    )
    op.create_table(
        "source_bytes",
        sa.Column("record", _NAME, nullable=False),
        sa.Column("format", _NAME, nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_table(
        "sources",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("prefix", _NAME, nullable=False),
        sa.Column("set_spec", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
