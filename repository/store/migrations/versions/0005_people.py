"""Accounts of people and what they did, and the workbench of vocabularies."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _people()
    _audit()
    _curation()


def _people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("email", _NAME, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("created", sa.String(20), nullable=False),
    )
    op.create_table(
        "grants",
        sa.Column("account", _NAME, primary_key=True),
        sa.Column("role", sa.String(20), primary_key=True),
        sa.Column("scheme", _NAME, primary_key=True),
    )
    op.create_table(
        "sessions",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("account", _NAME, nullable=False, index=True),
        sa.Column("begun", sa.String(20), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("account", _NAME, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("created", sa.String(20), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("account", _NAME, nullable=False, index=True),
        sa.Column("expires", sa.String(20), nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("moment", sa.String(20), nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object", _NAME, nullable=False),
        sa.Column("client", _NAME, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )
    op.create_index("audit_of", "audit", ["action", "object", "moment"])
    op.create_index("audit_from", "audit", ["action", "client", "moment"])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )


def _curation() -> None:
    op.create_table(
        "concept_drafts",
        sa.Column("iri", _NAME, primary_key=True),
        sa.Column("scheme", _NAME, nullable=False, index=True),
        sa.Column("base", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "edits",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("scheme", _NAME, nullable=False),
        sa.Column("moment", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("released", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("edits_of", "edits", ["scheme", "state", "moment"])
    op.create_table(
        "edited",
        sa.Column("iri", _NAME, primary_key=True),
        sa.Column("edit", _NAME, primary_key=True),
    )
    op.create_table(
        "scheme_releases",
        sa.Column("scheme", _NAME, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("issued", sa.String(20), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("concepts", sa.Integer, nullable=False),
        sa.Column("notes", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("carried", sa.Boolean, nullable=False),
    )
    op.create_table(
        "proposals",
        sa.Column("id", _NAME, primary_key=True),
        sa.Column("scheme", _NAME, nullable=False),
        sa.Column("account", _NAME, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("moment", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("proposals_of", "proposals", ["scheme", "state", "moment"])
    op.create_table(
        "upstreams",
        sa.Column("iri", _NAME, primary_key=True),
        sa.Column("scheme", _NAME, nullable=False, index=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "verdicts",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("scheme", _NAME, primary_key=True),
        sa.Column("subject", _NAME, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("moment", sa.String(20), nullable=False),
    )
