"""The reader's language: from the address (`/pt/…`, `?lang=pt`), else from what the browser asks for."""

from typing import Any

from flask import Flask, g, request

from repository.messages import LANGUAGES, catalogue, translate
from repository.web import texts
from repository.web.addresses import Addresses
from repository.web.needs import Services


def install(app: Flask, services: Services) -> None:
    """Know the reader's language in every request, and let templates translate."""

    @app.before_request
    def know() -> None:
        g.language = of_request(services.settings.default_language)

    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        number=lambda value: texts.number(value, g.language),
        day=lambda value: texts.day(value, g.language),
        moment=lambda value: texts.moment(value, g.language),
        size=lambda value: texts.size(value, g.language),
        language_name=lambda tag: texts.language_name(tag, g.language),
    )

    @app.context_processor
    def about_the_page() -> dict[str, Any]:
        settings = services.settings
        return {"to": addresses(), "language": g.language, "site": settings, "base_iri": services.base_iri}


def of_request(default: str) -> str:
    for named in (request.path.split("/")[1], request.args.get("lang", "")):
        if named in LANGUAGES:
            return named
    return request.accept_languages.best_match(LANGUAGES) or default


def addresses() -> Addresses:
    """The addresses of pages in the reader's language, as this installation is mounted."""
    return Addresses(request.script_root, g.language, request.path, request.query_string.decode("ascii", "ignore"))


def say(message: str, **values: object) -> str:
    """A sentence in the reader's language, with its named placeholders filled."""
    return texts.typeset(translate(message, g.language, **values), g.language)


def _gettext(message: str) -> str:
    return texts.typeset(catalogue(g.language).gettext(message), g.language)


def _ngettext(one: str, many: str, count: int) -> str:
    return texts.typeset(catalogue(g.language).ngettext(one, many, count), g.language)
