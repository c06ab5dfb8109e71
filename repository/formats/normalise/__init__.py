"""What partners write and what the profile holds: rules as tables and pure functions, used by all readers.

Every function takes the words of a source and gives the profile's value, or None where the words do not
certainly mean one. Nothing is guessed: what has no certain meaning is kept as it came.
"""
