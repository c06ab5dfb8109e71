"""The web application: every blueprint, the reader's language, the answers' headers and the error pages."""

import os
from pathlib import Path
from typing import Final

from flask import Flask

from repository.oai import views as oai
from repository.services import Services, open_services
from repository.web import answers, assets, files, language, machines, mirror, objects, pages, problems
from repository.web.workbench import doors, who
from sparql import endpoint
from vocabularies.views import api, bulk, desk, meaning, publishing, reconcile, releases
from vocabularies.views import browse as vocabularies
from vocabularies.views import files as files_of_lists

_ROOMS: Final = (*bulk.ROUTES, *desk.ROUTES, *publishing.ROUTES, *files_of_lists.ROUTES, *meaning.ROUTES)
"""The pages of the workbench that are about vocabularies."""


def create_app(services: Services) -> Flask:
    """The WSGI application over one opened catalogue."""
    app = Flask("repository.web", static_folder=None, template_folder="templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    language.install(app, services)
    assets.install(app)
    answers.install(app)
    problems.install(app, services)
    who.install(app, services)
    for blueprint in (
        pages.blueprint(services),
        pages.sources_blueprint(services),
        objects.blueprint(services),
        releases.blueprint(services),
        vocabularies.blueprint(services),
        machines.blueprint(services),
        files.blueprint(services),
        mirror.blueprint(services),
        doors.blueprint(
            services, (*bulk.ROUTES, *desk.ROUTES, *publishing.ROUTES, *files_of_lists.ROUTES, *meaning.ROUTES)
        ),
    ):
        app.register_blueprint(blueprint)
    for room in (oai, endpoint, reconcile, api):
        open_to_programs = room.blueprint(services)
        who.forms.exempt(open_to_programs)  # no session counts there: questions by POST, and what shows a token
        app.register_blueprint(open_to_programs)
    return app


def served() -> Flask:
    """The application as `serve` starts it in each worker: its data folder and address come by the environment."""
    return create_app(open_services(Path(os.environ["MUTUALIS_SERVED"]), os.environ["MUTUALIS_ADDRESS"]))
