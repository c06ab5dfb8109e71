"""The commands of `mutualis`, one module each; `repository.cli` lists them."""
