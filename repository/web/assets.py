"""The style sheet and the icon: held in memory, and cached for ever under an address that changes with them."""

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from flask import Flask, Response, request

from repository.errors import PageNotFound
from repository.messages import FOLDER

STATIC: Final = Path(__file__).parent / "static"
PACKAGES: Final = STATIC / "packages"
"""Scripts and styles of others, put there when the distribution is built (`make assets`); used where they are."""

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_YEAR: Final = 31_536_000
_HOUR: Final = 3600


@cache
def content(name: str) -> bytes:
    """The bytes of one static file; raises KeyError for a name that is none."""
    folders = (STATIC, PACKAGES) if PACKAGES.is_dir() else (STATIC,)
    files = {path.name: path for folder in folders for path in folder.iterdir() if path.suffix in TYPES}
    return files[name].read_bytes()


def has_package(name: str) -> bool:
    """Whether a script of others is there."""
    return (PACKAGES / name).is_file()


@cache
def versioned(name: str) -> str:
    """A static file's name with a digest of its content as query, "mutualis.css?v=1a2b3c4d"."""
    return f"{name}?v={blake2b(content(name), digest_size=4).hexdigest()}"


@cache
def look() -> str:
    """Names what all pages are made with: templates, style sheet and sentences. Another release has another look."""
    folders = (STATIC, STATIC.parent / "templates", FOLDER)
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    digest = blake2b(digest_size=8)
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install(app: Flask) -> None:
    app.jinja_env.globals["asset"] = versioned
    app.add_url_rule("/static/<name>", "static", static)


def static(name: str) -> Response:
    """A static file. Under its versioned address it never changes."""
    try:
        body = content(name)
    except KeyError as error:
        raise PageNotFound(path=request.path) from error
    response = Response(body, content_type=TYPES[Path(name).suffix])
    if versioned(name).endswith(f"?v={request.args.get('v', '')}"):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = f"public, max-age={_HOUR}"
    return response
