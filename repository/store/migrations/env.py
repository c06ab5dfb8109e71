"""Runs migrations on the connection that `repository.store.schema` hands over, inside its transaction."""

from alembic import context

from repository.store import curation, people  # noqa: F401 - known to the metadata by being imported
from repository.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
