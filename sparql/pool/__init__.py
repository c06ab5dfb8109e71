"""The processes that run queries: killable, without network, on read-only checkpoints of the triple store."""
