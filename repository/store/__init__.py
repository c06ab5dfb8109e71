"""The tables and their SQL, on SQLite and PostgreSQL alike."""
