"""All tables. One history for every kind of change; the newest state of each kind in a table of its own.

Times are UTC with seconds, written as in OAI-PMH ("2026-11-23T17:00:00Z"): they sort as text and go out as they
are. `change` is the number that the newest change of a row has in the history.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""epoch: renewed by a restore; response_date: the highest OAI responseDate ever issued."""

history = Table(
    "history",
    metadata,
    Column("change", BigInteger, primary_key=True, autoincrement=False),
    Column("datestamp", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("id", Text, nullable=False),
    Column("action", String(10), nullable=False),
    Column("act", String(36), nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("body", LargeBinary),
    Index("history_of", "kind", "id", "change"),
)
"""Who did what, when and why; `body` is the state that the change brought, compressed by zlib."""

records = Table(
    "records",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("datestamp", String(20), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("source", String(60)),
    Column("origin", Text),
    Column("sets", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("oai_dc", LargeBinary),
    Column("renderer", String(80)),
    Index("records_by_date", "datestamp", "change"),
    Index("records_by_source", "source", "origin"),
)
"""`body`: canonical JSON; `sets`: the set specs it shows, space between; `oai_dc`: ready bytes without header."""

record_sets = Table(
    "record_sets",
    metadata,
    Column("set_spec", String(120), primary_key=True),
    Column("change", BigInteger, primary_key=True, autoincrement=False),
    Column("record", String(36), nullable=False),
    Column("datestamp", String(20), nullable=False),
    Column("visible", Boolean, nullable=False),
    Index("record_sets_of", "record"),
    Index("record_sets_by_date", "set_spec", "datestamp", "change"),
)
"""Every set a record is or was in. Only a withdrawal makes a set that it has left visible again."""

source_bytes = Table(
    "source_bytes",
    metadata,
    Column("record", String(36), primary_key=True),
    Column("format", String(40), nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)
"""What a partner sent, compressed by zlib, so that a better crosswalk can be run again without the partner."""

kits = Table(
    "kits",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("country", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("occupation", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

kit_documents = Table(
    "kit_documents",
    metadata,
    Column("kit", String(200), primary_key=True),
    Column("record", String(36), primary_key=True),
    Column("type", Text, nullable=False),
    Index("kit_documents_of", "record"),
)

schemes = Table(
    "schemes",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("iri", Text, nullable=False, unique=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

concepts = Table(
    "concepts",
    metadata,
    Column("iri", Text, primary_key=True),
    Column("scheme", String(80), nullable=False, index=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("iri", Text, primary_key=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("who", Text, nullable=False),
    Column("saved", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Descriptions that are not public: no feed, no projection and no public interface reads this table."""

sources = Table(
    "sources",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("base_url", Text, nullable=False),
    Column("prefix", String(60), nullable=False),
    Column("set_spec", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source", String(60), nullable=False, index=True),
    Column("started", String(20), nullable=False),
    Column("ended", String(20)),
    Column("outcome", String(10)),
    Column("body", LargeBinary, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source", String(60), nullable=False, index=True),
    Column("identifier", Text, nullable=False),
    Column("run", String(36), nullable=False),
    Column("noted", String(20), nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)

positions = Table(
    "positions",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("change", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""How far each follower that keeps no place of its own has come."""
