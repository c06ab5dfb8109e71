"""The application profile: the rows that `repository.record` carries, and everything that is read from them."""
