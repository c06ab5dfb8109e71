"""What can go wrong when searching."""

from repository.errors import MutualisError


class SearchNotReady(MutualisError):
    message = "The search is being prepared; try again in a moment."
    status = 503
