"""All tables. One history for every kind of change; the newest state of each kind in a table of its own.

Times are UTC with seconds, written as in OAI-PMH ("2026-11-23T17:00:00Z"): they sort as text and go out as they
are. `change` is the number that the newest change of a row has in the history.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Ids, addresses and set specs: of any length, and in the order of their bytes in both databases, whatever the
language that a PostgreSQL database was made with."""

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
    Column("id", Name, nullable=False),
    Column("action", String(10), nullable=False),
    Column("act", Name, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("body", LargeBinary),
    Index("history_of", "kind", "id", "change"),
)
"""Who did what, when and why; `body` is the state that the change brought, compressed by zlib."""

records = Table(
    "records",
    metadata,
    Column("id", Name, primary_key=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("datestamp", String(20), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("source", Name),
    Column("origin", Name),
    Column("sets", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("oai_dc", LargeBinary),
    Column("renderer", Name),
    Index("records_by_date", "datestamp", "change"),
    Index("records_by_source", "source", "origin"),
    Index("records_withdrawn", "id", sqlite_where=text("withdrawn=1"), postgresql_where=text("withdrawn")),
)
"""`body`: canonical JSON; `sets`: the set specs it shows, space between; `oai_dc`: ready bytes after the header."""

record_sets = Table(
    "record_sets",
    metadata,
    Column("set_spec", Name, primary_key=True),
    Column("change", BigInteger, primary_key=True, autoincrement=False),
    Column("record", Name, nullable=False),
    Column("datestamp", String(20), nullable=False),
    Column("visible", Boolean, nullable=False),
    Index("record_sets_of", "record"),
    Index("record_sets_by_date", "set_spec", "datestamp", "change"),
)
"""Every set a record is or was in. Only a withdrawal makes a set that it has left visible again."""

source_bytes = Table(
    "source_bytes",
    metadata,
    Column("record", Name, primary_key=True),
    Column("format", Name, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)
"""What a partner sent, compressed by zlib, so that a better crosswalk can be run again without the partner."""

kits = Table(
    "kits",
    metadata,
    Column("id", Name, primary_key=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("country", Name, nullable=False),
    Column("level", Name, nullable=False),
    Column("occupation", Name, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

kit_documents = Table(
    "kit_documents",
    metadata,
    Column("kit", Name, primary_key=True),
    Column("record", Name, primary_key=True),
    Column("type", Name, primary_key=True),
    Index("kit_documents_of", "record"),
)

schemes = Table(
    "schemes",
    metadata,
    Column("id", Name, primary_key=True),
    Column("iri", Name, nullable=False, unique=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

concepts = Table(
    "concepts",
    metadata,
    Column("iri", Name, primary_key=True),
    Column("scheme", Name, nullable=False, index=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("iri", Name, primary_key=True),
    Column("change", BigInteger, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Name, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("who", Text, nullable=False),
    Column("saved", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Descriptions that are not public: no feed, no projection and no public interface reads this table."""

sources = Table(
    "sources",
    metadata,
    Column("id", Name, primary_key=True),
    Column("base_url", Text, nullable=False),
    Column("prefix", Name, nullable=False),
    Column("set_spec", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Name, primary_key=True),
    Column("source", Name, nullable=False, index=True),
    Column("started", String(20), nullable=False),
    Column("ended", String(20)),
    Column("outcome", String(10)),
    Column("body", LargeBinary, nullable=False),
    Index("runs_by_start", "source", "started", "id"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("source", Name, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""How far each source has been harvested, and the list that was left open where a run was interrupted."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Name, primary_key=True),
    Column("source", Name, nullable=False, index=True),
    Column("identifier", Name, nullable=False),
    Column("run", Name, nullable=False),
    Column("noted", String(20), nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)

staged = Table(
    "staged",
    metadata,
    Column("source", Name, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("bytes", LargeBinary, nullable=False),
)
"""Answers of a source in the order in which they came, kept back until the whole list has been judged."""

questions = Table(
    "questions",
    metadata,
    Column("id", Name, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject", Name, nullable=False),
    Column("source", Name),
    Column("asked", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided", String(20)),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("questions_of", "kind", "subject", unique=True),
    Index("questions_by_state", "state", "kind", "asked"),
    Index("questions_by_source", "source", "kind"),
)
"""What a person is to decide, and what was decided: each subject of a kind once, so that nobody is asked again.
`state`: open, accepted or refused; `who` and `why` tell of the decision."""

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("record", Name, primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("value", Name, primary_key=True),
    Index("fingerprints_alike", "kind", "value"),
)
"""What a record may share with another that describes the same resource."""

clusters = Table(
    "clusters",
    metadata,
    Column("record", Name, primary_key=True),
    Column("cluster", Name, nullable=False, index=True),
    Column("representative", Boolean, nullable=False),
)
"""Records that describe the same resource; one of each cluster stands for all of it."""

links = Table(
    "links",
    metadata,
    Column("url", Name, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("checked", String(20)),
    Column("due", String(20), nullable=False, index=True),
    Column("failures", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Pages and files of harvested records, and how they were found when last looked at."""

link_uses = Table(
    "link_uses",
    metadata,
    Column("record", Name, primary_key=True),
    Column("url", Name, primary_key=True, index=True),
    Column("source", Name, nullable=False, index=True),
)

shortcomings = Table(
    "shortcomings",
    metadata,
    Column("record", Name, primary_key=True),
    Column("shapes", Text, nullable=False),
)
"""Records that do not meet some SHACL shape, with the names of those shapes, space between."""

positions = Table(
    "positions",
    metadata,
    Column("name", Name, primary_key=True),
    Column("change", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)
"""How far each follower that keeps no place of its own has come."""
