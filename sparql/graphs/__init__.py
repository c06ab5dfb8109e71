"""The catalogue as named graphs: what the triple store holds, and how it follows the feed."""

from sparql.graphs.contents import Standing
from sparql.graphs.projection import TripleProjection

__all__ = ("Standing", "TripleProjection")
