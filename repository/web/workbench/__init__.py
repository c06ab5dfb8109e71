"""The workbench: the pages on which people with an account work, and how every one of them is guarded."""
