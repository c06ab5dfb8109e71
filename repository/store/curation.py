"""The tables of the workbench of vocabularies: what is drafted, what was done, what was published, what is proposed."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from repository.store.tables import Name, metadata

concept_drafts = Table(
    "concept_drafts",
    metadata,
    Column("iri", Name, primary_key=True),
    Column("scheme", Name, nullable=False, index=True),
    Column("base", LargeBinary),
    Column("body", LargeBinary, nullable=False),
)
"""Concepts that differ from what is published, as they are to be; `base` is what was published when work on each
began, empty for a new one."""

edits = Table(
    "edits",
    metadata,
    Column("id", Name, primary_key=True),
    Column("scheme", Name, nullable=False),
    Column("moment", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("account", Name, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("released", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("edits_of", "scheme", "state", "moment"),
)
"""Every act of a curator with each concept before and after; `state` is draft, published or undone."""

edited = Table(
    "edited",
    metadata,
    Column("iri", Name, primary_key=True),
    Column("edit", Name, primary_key=True),
)

scheme_releases = Table(
    "scheme_releases",
    metadata,
    Column("scheme", Name, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("issued", String(20), nullable=False),
    Column("who", Text, nullable=False),
    Column("concepts", Integer, nullable=False),
    Column("notes", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("carried", Boolean, nullable=False),
)
"""Frozen states of schemes, for ever. `carried`: whether its merges have reached every record."""

proposals = Table(
    "proposals",
    metadata,
    Column("id", Name, primary_key=True),
    Column("scheme", Name, nullable=False),
    Column("account", Name, nullable=False),
    Column("who", Text, nullable=False),
    Column("moment", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("proposals_of", "scheme", "state", "moment"),
)
"""What contributors would have done, with their comments; `body` also holds the answer."""

upstreams = Table(
    "upstreams",
    metadata,
    Column("iri", Name, primary_key=True),
    Column("scheme", Name, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)
"""Concepts as their maker last gave them: what a newer file of the same maker is compared with."""

verdicts = Table(
    "verdicts",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("scheme", Name, primary_key=True),
    Column("subject", Name, primary_key=True),
    Column("value", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("moment", String(20), nullable=False),
)
"""Decisions that are not to be asked for again: a finding that is waived, a pair that is no match."""
