"""Search: a projection of the catalogue into a tantivy index, and the reader that pages ask."""

from repository.search.index import Hits, SearchIndex
from repository.search.projection import SearchProjection

__all__ = ["Hits", "SearchIndex", "SearchProjection"]
