"""The tables of people: accounts, what each may do, how each proves who it is, and what each did.

Secrets are never stored: passwords as argon2 hashes, the tokens of sessions, invitations and programs as SHA-256.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from repository.store.tables import Name, metadata

_Number = BigInteger().with_variant(Integer, "sqlite")

accounts = Table(
    "accounts",
    metadata,
    Column("id", Name, primary_key=True),
    Column("email", Name, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("password", Text),
    Column("closed", Boolean, nullable=False),
    Column("created", String(20), nullable=False),
)
"""`email` in lower case: often a role mailbox that changes hands; `country` a concept or empty."""

grants = Table(
    "grants",
    metadata,
    Column("account", Name, primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("scheme", Name, primary_key=True),
)
"""What an account is; `scheme` is empty where a role is for all of them."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, nullable=False, index=True),
    Column("begun", String(20), nullable=False),
    Column("expires", String(20), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scope", String(20), nullable=False),
    Column("created", String(20), nullable=False),
    Column("expires", String(20), nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Name, primary_key=True),
    Column("account", Name, nullable=False, index=True),
    Column("expires", String(20), nullable=False),
)
"""Each lets whoever holds it choose the account's password, once."""

audit = Table(
    "audit",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("moment", String(20), nullable=False),
    Column("account", Name, nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", Name, nullable=False),
    Column("client", Name, nullable=False),
    Column("details", Text, nullable=False),
    Index("audit_of", "action", "object", "moment"),
    Index("audit_from", "action", "client", "moment"),
)
"""Every act of every account, for ever: the database itself refuses to change or to delete a row."""
