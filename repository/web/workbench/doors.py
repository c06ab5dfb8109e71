"""All pages of the workbench, in one blueprint: those of people, and those of the rooms that the caller names."""

from collections.abc import Iterable

from flask import Blueprint

from repository.web.needs import Services
from repository.web.workbench import entrance, people, routes


def blueprint(services: Services, rooms: Iterable[routes.Route]) -> Blueprint:
    """Every route of the workbench."""
    made = Blueprint("workbench", __name__)
    routes.add(made, services, (*entrance.ROUTES, *people.ROUTES, *rooms))
    return made
