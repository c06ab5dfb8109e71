"""The vCards in which LOM names people and organisations. Source: vCard 3.0 (RFC 2426); vCard 2.1 as met."""

import re
from quopri import decodestring
from typing import Final

from repository.profile.forms import is_web_address
from repository.record import Agent, Text

_RUN_TOGETHER: Final = re.compile(
    r"\s+(?=(?:VERSION|N|FN|ORG|EMAIL|URL|TEL|ADR|TITLE|ROLE|NOTE|REV|UID|END)[;:])", re.IGNORECASE
)
_FOLDED: Final = re.compile(r"\r?\n[ \t](?!\s*[A-Za-z]{1,8}[;:])")
_LINE: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z-]+)((?:;[^:]*)?):(.*)", re.DOTALL)
_TAG: Final = re.compile(r"LANGUAGE=([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", re.IGNORECASE)

CONTACT: Final = frozenset({"EMAIL", "TEL", "ADR", "LABEL", "GEO", "BDAY"})
"""Lines about how to reach a person, which are not published."""


def write(agent: Agent) -> str:
    """An agent as a vCard 3.0 with line feeds; an organisation has its name as ORG too."""
    name = _escape(agent.name[0].value if agent.name else agent.id or "")
    tag = f";LANGUAGE={agent.name[0].language}" if agent.name and agent.name[0].language else ""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{name};;;;", f"FN{tag}:{name}"]
    if agent.kind == "organisation":
        lines.append(f"ORG:{name}")
    if address := agent.homepage or agent.id:
        lines.append(f"URL:{_escape(address)}")
    return "\n".join([*lines, "END:VCARD"])


def _escape(value: str) -> str:
    return re.sub(r"([\\,;])", r"\\\1", " ".join(value.split()))


def read(card: str) -> tuple[Agent | None, tuple[tuple[str, str], ...]]:
    """The agent of a vCard or of a bare name, and the further lines as (name, value); None where it names nobody."""
    if "BEGIN:VCARD" not in card.upper():
        name = " ".join(card.split())
        return (Agent(name=(Text(name),)) if name else None), ()
    held: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in _lines(card):
        if name in ("BEGIN", "END", "VERSION"):
            continue
        if name in ("FN", "N", "ORG", "URL", "LANGUAGE") and name not in held:
            held[name] = value
        else:
            others.append((name, value))
    return _agent(held, others), tuple(others)


def _lines(card: str) -> list[tuple[str, str]]:
    found = []
    for line in _RUN_TOGETHER.sub("\n", _FOLDED.sub("", card.strip())).splitlines():
        if matched := _LINE.fullmatch(line.strip()):
            name, parameters, value = matched.groups()
            if "QUOTED-PRINTABLE" in parameters.upper():
                value = decodestring(value.encode()).decode("utf-8", "replace")
            if value.strip(" ;"):
                found.append((name.upper(), value.strip()))
            if name.upper() == "FN" and (tag := _TAG.search(parameters)):
                found.append(("LANGUAGE", tag.group(1)))
    return found


def _agent(held: dict[str, str], others: list[tuple[str, str]]) -> Agent | None:
    organisation = _plain(held.get("ORG", "").rstrip(";").replace(";", ", "))
    parts = [_plain(part) for part in re.split(r"(?<!\\);", held.get("N", "")) if part.strip()]
    full = " ".join(reversed(parts[:2]))
    name = _plain(held.get("FN", "")) or (organisation if organisation and len(parts) < 2 else full)
    if not name:
        return None
    if full and not set(full.split()) <= set(name.split()):
        others.append(("N", full))
    kind = "organisation" if organisation == name else "person" if len(parts) > 1 else None
    if organisation and organisation != name:
        others.append(("ORG", organisation))
    address = held.get("URL", "").replace("\\", "")
    if address and not is_web_address(address):
        others.append(("URL", address))
        address = ""
    language = held.get("LANGUAGE") if kind == "organisation" else None
    return Agent(name=(Text(name, language),), kind=kind, homepage=address or None)


def _plain(value: str) -> str:
    return " ".join(re.sub(r"\\([\\,;:])", r"\1", value.replace("\\n", " ")).split())
