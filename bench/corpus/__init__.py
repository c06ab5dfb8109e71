"""The corpus: every real record of ../shared taken in, accounted for, and asked back: `python -m bench.corpus`."""
