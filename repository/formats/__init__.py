"""The formats in which records come and go: one registry (`registry`), one module per format."""
