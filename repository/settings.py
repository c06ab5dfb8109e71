"""The settings of one installation: a table of typed values with their meaning, read from `mutualis.toml`.

Every setting can also come from the environment as MUTUALIS_<NAME>; the environment wins. The reference page
and `mutualis doctor` read the same fields.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from repository.errors import InvalidSetting, Message, UnreadableFile

FILE_NAME = "mutualis.toml"
_PASSWORD = re.compile(r"(?<=://).*(?=@)|(?<=password=)[^&\s]*")
_DOMAIN = r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+"


def _setting(default: Any, meaning: str, pattern: str = "", expected: str = "") -> Any:
    return field(default=default, metadata={"meaning": meaning, "pattern": pattern, "expected": expected})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; `data` is the folder that holds the catalogue and this file."""

    data: Path
    base_iri: str = _setting(
        "",
        "Persistent address under which IRIs are minted, ending in '/'. Empty: the address that `serve` listens on.",
        r"(https?://[^\s?#]+/)?",
        "an http or https address that ends in '/'",
    )
    name: str = _setting(
        "Mutualis",
        "Name of the repository, shown on pages and in OAI-PMH Identify.",
        r"[^\x00-\x1f\x7f]+",
        "a name",
    )
    admin_email: str = _setting(
        "admin@mutualis.invalid",
        "Role mailbox of the people who keep the repository; stated in OAI-PMH Identify.",
        r"[^\s@]+@([^\s@.]+\.)+[^\s@.]+",
        "an e-mail address",
    )
    oai_namespace: str = _setting(
        "mutualis.invalid",
        "Domain name inside OAI identifiers (oai:NAMESPACE:id); give one of your own and never change it.",
        _DOMAIN,
        "a domain name with a dot",
    )
    database: str = _setting(
        "",
        "Address of a PostgreSQL database (postgresql+psycopg://user:password@host/name). "
        "Empty: SQLite in the data folder.",
        r"(postgresql\+psycopg://([^\s@]*@)?(\[[\da-fA-F:.]+\]|[^\s@/:?\[\]]*)(:\d+)?/[^\s@/?]+(\?\S*)?)?",
        "empty or an address like postgresql+psycopg://user:password@host:5432/name, "
        "where @ in a password is written %40",
    )
    sparql_engine: str = _setting(
        "",
        "Address of an external SPARQL 1.1 server. Empty: the embedded engine.",
        r"(https?://\S+)?",
        "empty or a URL",
    )
    sparql_updates: str = _setting(
        "",
        "Address for SPARQL Update of the external server. Empty: the one beside the address for queries.",
        r"(https?://\S+)?",
        "empty or a URL",
    )
    sparql_user: str = _setting("", "Name by which the external SPARQL server knows us.", r"\S*", "a name or empty")
    sparql_password: str = _setting("", "Password for the external SPARQL server.", r".*", "a password or empty")
    metadata_licence: str = _setting(
        "http://creativecommons.org/publicdomain/zero/1.0/",
        "Licence of the metadata themselves, stated in Identify, VoID, DCAT, dumps and exports.",
        r"https?://\S+",
        "the address of a licence",
    )
    default_language: str = _setting(
        "fr", "Language of a reader who asks for none of ours.", r"fr|pt|en", "fr, pt or en"
    )
    web_workers: int = _setting(2, "Web processes that `serve` starts.", r"[1-9]\d?", "a number from 1 to 99")
    oai_page_size: int = _setting(
        100, "Records on one page of an OAI-PMH list.", r"[1-9]\d{0,2}", "a number from 1 to 999"
    )
    oai_at_once: int = _setting(
        2,
        "OAI-PMH requests of one client that one web process answers at once; a further one is asked to come back.",
        r"[1-9]",
        "a number from 1 to 9",
    )
    oai_log: str = _setting("yes", "Whether each OAI-PMH request is noted in logs/oai.jsonl.", r"yes|no", "yes or no")
    link_checks: str = _setting(
        "yes",
        "Whether pages and files of harvested records are looked at once a day while the catalogue is served.",
        r"yes|no",
        "yes or no",
    )
    dumps: str = _setting(
        "weekly",
        "How often everything that the catalogue says is written into files to take home, while it is served.",
        r"daily|weekly|monthly|never",
        "daily, weekly, monthly or never",
    )
    trusted_proxies: str = _setting(
        "",
        "Addresses of the proxies before this server, whose X-Forwarded-For says who asks. Empty: nobody's does.",
        r"([0-9A-Fa-f:.]+(\s[0-9A-Fa-f:.]+)*)?",
        "IP addresses with a space between",
    )
    query_seconds: int = _setting(20, "Longest time a SPARQL query may run.", r"[1-9]\d{0,2}", "a number from 1 to 999")
    query_rows: int = _setting(
        100_000,
        "Most rows or triples that a SPARQL answer may have; a longer one is refused.",
        r"[1-9]\d{0,6}",
        "a number from 1 to 9,999,999",
    )
    query_workers: int = _setting(2, "Processes that answer SPARQL queries.", r"[1-9]\d?", "a number from 1 to 99")

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'catalogue.sqlite'}"

    @property
    def path(self) -> Path:
        return self.data / FILE_NAME


def read(data: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force for a data folder. Raises InvalidSetting naming the setting and the remedy."""
    path = data / FILE_NAME
    try:
        written: dict[str, Any] = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSetting(name="(file)", value=str(error), expected="TOML in UTF-8", path=path) from error
    except OSError as error:
        raise UnreadableFile(path=path, reason=error.strerror or str(error)) from error
    for each in fields(Settings):
        if (variable := f"MUTUALIS_{each.name.upper()}") in environment and each.name != "data":
            written[each.name] = environment[variable]
    known = {each.name: each for each in fields(Settings)}
    return Settings(data=data, **{name: _checked(known, name, value, path) for name, value in written.items()})


def _checked(known: Mapping[str, Any], name: str, value: Any, path: Path) -> Any:
    if name not in known or name == "data":
        names = ", ".join(sorted(known.keys() - {"data"}))
        raise InvalidSetting(name=name, value=value, expected=f"a known setting ({names})", path=path)
    rules = known[name].metadata
    if not re.fullmatch(rules["pattern"], str(value)):
        shown = _PASSWORD.sub("***", value) if isinstance(value, str) else value
        shown = "***" if name.endswith("password") else shown
        raise InvalidSetting(name=name, value=shown, expected=Message(rules["expected"]), path=path)
    return int(value) if isinstance(known[name].default, int) else str(value)


def meaning(name: str) -> str:
    """What a setting is for, in one English sentence, which is also the key of its translations."""
    return str(next(each.metadata["meaning"] for each in fields(Settings) if each.name == name))


def template(chosen: Mapping[str, str]) -> str:
    """The text of a new settings file: every setting with its meaning, those in `chosen` set, the others shown.

    Raises InvalidSetting, so that no file is written that could not be read again.
    """
    known = {each.name: each for each in fields(Settings)}
    held = {name: _checked(known, name, value, Path(FILE_NAME)) for name, value in chosen.items()}
    lines = ["# Settings of this Mutualis catalogue. Lines that start with '#' show what holds without them."]
    for each in fields(Settings):
        if each.name == "data":
            continue
        value = held.get(each.name, each.default)
        # A JSON string without control characters is a TOML string too.
        written = str(value) if isinstance(each.default, int) else json.dumps(value, ensure_ascii=False)
        lines += [
            "",
            f"# {each.metadata['meaning']}",
            f"{'' if each.name in chosen else '# '}{each.name} = {written}",
        ]
    return "\n".join(lines) + "\n"
