"""The engine inside: a pool of query processes on the checkpoints of the triple store."""

from sparql.query import Answer, Ask, Question


def query(pool: Ask, question: Question) -> Answer:
    """Have a pool (its `ask`) answer; deadline, memory and size are the pool's to hold."""
    return pool(question)
