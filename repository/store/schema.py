"""Making the tables and bringing them up to date, by numbered migrations.

Source: the revisions in `repository/store/migrations/versions`, run by Alembic under the write lock.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from repository.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Create the tables, or bring those of an older version up to date. Running it again changes nothing."""
    with database.writing() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(connection: Connection) -> str | None:
    """The revision that the database is at; None before `upgrade` ever ran."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(database: Database) -> bool:
    """Whether the tables are those that this version of the software works with."""
    with database.reading() as connection:
        return revision(connection) == ScriptDirectory.from_config(_config()).get_current_head()


def is_newer(database: Database) -> bool:
    """Whether the tables were made by a version that this one knows nothing of."""
    with database.reading() as connection:
        held = revision(connection)
    return held is not None and held not in {
        each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()
    }


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    return config
