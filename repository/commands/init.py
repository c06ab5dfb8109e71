"""`mutualis init`: make a catalogue, or bring one up to date."""

from argparse import ArgumentParser, Namespace

from repository import services, settings
from repository.commands.command import COMPLETE, Translate
from repository.commands.showing import make_visible
from repository.console import Console

_CHOICES = ("base_iri", "name", "admin_email", "oai_namespace", "metadata_licence", "database")
"""The settings that are best chosen before the first record."""


def arguments(parser: ArgumentParser, text: Translate) -> None:
    for name in _CHOICES:
        parser.add_argument(f"--{name.replace('_', '-')}", dest=name, help=text(settings.meaning(name)))


def run(given: Namespace, console: Console) -> int:
    chosen = {name: value for name in _CHOICES if (value := getattr(given, name)) is not None}
    existed = (given.data / settings.FILE_NAME).exists()
    with console.progress("Loading the vocabularies") as advance:
        opened = services.create(given.data, chosen, advance)
    make_visible(opened, console)
    if existed and chosen:
        console.warn(
            "{path} exists already and was left as it is; change the settings there.", path=opened.settings.path
        )
    terms = opened.terms()
    console.say(
        "The catalogue in {path} is ready: {schemes} vocabularies, {concepts} concepts.",
        path=given.data,
        schemes=len(terms.schemes),
        concepts=len(terms.concepts),
    )
    console.say("Next: mutualis --data {path} import FILE..., then mutualis --data {path} serve", path=given.data)
    console.report(
        {
            "outcome": "complete",
            "data": str(given.data),
            "schemes": len(terms.schemes),
            "concepts": len(terms.concepts),
        }
    )
    opened.close()
    return COMPLETE
