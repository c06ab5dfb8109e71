"""The pages and addresses of vocabularies: for readers, for those who work on them, and for programs."""
