"""Every sentence for people, in three languages.

English sentences are the keys. `repository/translations/<language>/<area>.po` hold the others; all areas of a
language make one catalogue. The `.po` files are read as they are, so nothing has to be compiled.
"""

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from repository.errors import Message, MutualisError

LANGUAGES = ("fr", "pt", "en")
FOLDER = Path(__file__).parent / "translations"


@cache
def catalogue(language: str) -> GNUTranslations:
    """The merged message catalogue of a language; an unknown one gives the English sentences themselves."""
    merged = GNUTranslations()
    merged._catalog = {}  # type: ignore[attr-defined]
    merged.plural = lambda n: int(n != 1)  # type: ignore[attr-defined]
    for path in sorted((FOLDER / language).glob("*.po")):
        _merge(merged, path, language)
    return merged


def _merge(merged: GNUTranslations, path: Path, language: str) -> None:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    part = GNUTranslations(compiled)
    # The empty sentence is where such a file keeps its own header; nobody may be shown that.
    merged._catalog.update({key: text for key, text in part._catalog.items() if key != ""})  # type: ignore[attr-defined]
    merged.plural = part.plural  # type: ignore[attr-defined]


def translate(message: str, language: str, /, **values: object) -> str:
    """One sentence in a reader's language, with its named placeholders filled."""
    return catalogue(language).gettext(message).format(**values)


def marked(message: str) -> str:
    """Marks a sentence that is translated where it is shown, so that it is looked for in the catalogues."""
    return message


def tell(error: MutualisError, language: str) -> str:
    """What went wrong, in a reader's language."""
    values = {
        name: translate(value, language) if isinstance(value, Message) else value
        for name, value in error.values.items()
    }
    return translate(error.message, language, **values)


def tell_reader(error: MutualisError, language: str) -> str:
    """What went wrong, for a reader of the web: nothing of where the catalogue is kept."""
    return translate(error.public, language) if error.public else tell(error, language)
