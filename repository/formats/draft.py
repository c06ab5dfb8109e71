"""A record being read: values find their place one by one, and what finds none is kept in the source's words.

The readers share these acts, so that a date or a licence is treated alike whatever format brought it.
"""

from functools import lru_cache
from typing import Any

from repository.formats.normalise import dates, identifiers, rights, words
from repository.formats.normalise.text import tidy
from repository.formats.reading import Note, Reading
from repository.profile.table import properties
from repository.record import Agent, Attribution, Derivation, Distribution, Record, SourceWord, Text
from vocabularies.terms import Terms

_MANY = {each.key: each.many for each in properties(Record)}
_ATTRIBUTE = {each.key: each.attribute for each in properties(Record)}


@lru_cache(maxsize=8192)
def _agent(found: str, tag: str | None) -> Agent:
    """An agent by address where the words are one, else by name; the same few stand in record after record."""
    return Agent(id=found) if identifiers.is_address(found) else Agent(name=(Text(found, tag),))


class Draft:
    """The values found so far, by JSON key, with the notes on what was changed.

    Every act takes `element`, where the words stood in the source ("dc:type"), and the words; it returns
    whether they found an exact place. Where they did not, they are kept in `source_word`.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.held: dict[str, list[Any]] = {}
        self.notes: list[Note] = []
        self._seen: set[tuple[str, Any]] = set()

    def set(self, key: str, value: Any) -> bool:
        """Add a value; False where it has no room because the property takes one and holds another."""
        pair = (key, value)
        if pair in self._seen:
            return True
        held = self.held.get(key)
        if held is None:
            self.held[key] = [value]
        elif _MANY[key]:
            held.append(value)
        else:
            return False
        self._seen.add(pair)
        return True

    def get(self, key: str) -> list[Any]:
        return self.held.get(key, [])

    def note(self, rule: str, key: str, before: str, after: str | None) -> None:
        if before != after:
            self.notes.append(Note(rule, key, before, after))

    def keep(self, element: str, value: str, language: str | None = None) -> bool:
        """Keep words as they came; always False, so that an act can end in it."""
        if words := value.strip():
            self.set("sourceWord", SourceWord(element=element, text=Text(words, language)))
        return False

    def tidied(self, key: str, value: str, *, paragraphs: bool = False) -> str:
        """The text for people, with one note per rule that changed its words."""
        found, rules = tidy(value, paragraphs=paragraphs)
        for rule in rules:
            self.note(rule, key, value, found)
        return found

    def tag(self, key: str, language: str | None) -> str | None:
        """The language of a text, from xml:lang or its like."""
        if not language or not language.strip():
            return None
        found = words.text_language(language, self.terms)
        if found is None or found.lower() != language.strip().lower():
            self.note("language-tag", key, language, found)
        return found

    def text(self, key: str, element: str, value: str, language: str | None = None) -> bool:
        """A text for people; a second title of a language, or of none, is kept as a source's word."""
        found = Text(self.tidied(key, value, paragraphs=key == "description"), self.tag(key, language))
        if not found.value:
            return False
        taken = key == "title" and any(found.language in (None, each.language) for each in self.get(key))
        if taken and found not in self.get(key):
            return self.keep(element, found.value, found.language)
        return self.set(key, found)

    def language(self, element: str, value: str) -> bool:
        found = words.languages(value, self.terms)
        if not found:
            return self.keep(element, value)
        for iri in found:
            self.set("language", iri)
        if value.strip() not in (found[0], words.tag_of(found[0], self.terms)):
            self.note("language-word", "language", value, " ".join(found))
        return True

    def concept(self, key: str, scheme: str, element: str, value: str, language: str | None = None) -> bool:
        """A value out of one vocabulary; False and nothing kept where it has no such concept."""
        iri = words.concept(scheme, value, self.terms, language)
        if iri is None or not self.set(key, iri):
            return False
        self.note(f"{scheme}-word", key, value, iri)
        return True

    def type(self, element: str, value: str, language: str | None = None) -> bool:
        return self.concept("resourceType", "resource-type", element, value, language) or self.keep(
            element, value, language
        )

    def subject(self, _element: str, value: str, language: str | None = None) -> bool:
        """A sector or an occupation by its name, else a keyword; a list with semicolons is taken apart."""
        found = self.tidied("keyword", value)
        parts = [part.strip() for part in found.split(";") if part.strip()] if ";" in found else []
        if len(parts) > 1 and all(len(part) <= 80 for part in parts):
            self.note("keyword-list", "keyword", value, " | ".join(parts))
        else:
            parts = [found] if found else []
        tag = self.tag("keyword", language)
        for part in parts:
            self._subject(part, tag)
        return bool(parts)

    def _subject(self, value: str, language: str | None) -> None:
        found = words.subject(value, self.terms, language)
        if found is not None:
            key, iri, _ = found
            self.set(key, iri)
            self.note(f"{key}-word", key, value, iri)
        if found is None or not found[2]:
            self.set("keyword", Text(value, language))

    def country(self, element: str, value: str, *, codes: bool = False) -> bool:
        iri = words.country(value, self.terms, codes=codes)
        if iri is None or not self.set("country", iri):
            return self.keep(element, value)
        self.note("country-word", "country", value, iri)
        return True

    def rights(self, element: str, value: str, language: str | None = None) -> bool:
        """A licence, an access policy or a permission by its address or name; every other word is kept as rights.

        A sentence that names a licence is kept too: it may say more than the licence.
        """
        found = self.tidied("rights", value)
        if not found:
            return False
        for key, iri in rights.named(found, self.terms):
            if self.set(key, iri):
                self.note(f"{key}-word", key, found, iri)
                if len(found) <= 120 or key != "licence":
                    return True
                break
        return self.set("rights", Text(found, self.tag("rights", language)))

    def date(self, key: str, element: str, value: str) -> bool:
        found = dates.date(value)
        if found is None or not self.set(key, found):
            return self.keep(element, value)
        self.note("date-form", key, value.strip(), found)
        return True

    def duration(self, element: str, value: str) -> bool:
        found = dates.duration(value)
        if found is None or not self.set("timeRequired", found):
            return self.keep(element, value)
        self.note("duration-form", "timeRequired", value.strip(), found)
        return True

    def identifier(self, element: str, value: str) -> bool:
        """A DOI, ISBN or ISSN in one form, any other word without spaces as it is; a citation is kept aside."""
        found = identifiers.identifier(value)
        if found:
            self.note("identifier-form", "identifier", value, found)
            return self.set("identifier", found)
        if len(value.split()) > 1:
            return self.keep(element, value)
        return self.set("identifier", value)

    def agent(self, key: str, element: str, value: str, language: str | None = None) -> bool:
        """An agent by name, or by address where the words are one."""
        found = self.tidied(key, value)
        if not found:
            return False
        agent = _agent(found, self.tag(key, language))
        return self.set(key, agent) or self.keep(element, found, language)

    def contribution(self, element: str, value: str, language: str | None = None, role: str | None = None) -> bool:
        """An agent that took part, in a role of the vocabulary where the source names one."""
        found = self.tidied("contributor", value)
        if not found:
            return False
        agent = Agent(name=(Text(found, self.tag("contributor", language)),))
        return self.set("contributor", Attribution(agent=agent, role=role))

    def relation(self, key: str, element: str, value: str) -> bool:
        """A resource by its address; ours by its local id."""
        if not identifiers.is_address(value):
            return self.keep(element, value)
        return self.set(key, self.terms.local_id(value)) or self.keep(element, value)

    def derivation(self, element: str, value: str, kind: str | None = None) -> bool:
        if not identifiers.is_address(value) and not value.startswith("urn:"):
            return self.keep(element, value)
        source = self.terms.local_id(value)
        if any(each.source == source for each in self.get("derivation")):
            return True
        return self.set("derivation", Derivation(source=source, kind=kind))

    def pages_and_files(self, addresses: list[str], element: str) -> None:
        """The first page is the landing page, files are distributions, further pages are identifiers."""
        for address in addresses:
            if media_type := identifiers.file_type(address):
                found = Distribution(access_url=address, download_url=address, media_type=media_type)
                self.set("distribution", found)
            elif not self.set("landingPage", address):
                self.identifier(element, address)

    def default_language(self) -> None:
        """Give the texts the record's language where it has exactly one and they have none, and say so."""
        held = self.get("language")
        tag = words.tag_of(held[0], self.terms) if len(held) == 1 else None
        for key in ("title", "description", "keyword") if tag else ():
            texts = self.held.get(key, ())
            known = [each.language for each in texts]
            if None in known and not (key == "title" and tag in known):
                told = [Text(each.value, each.language or tag) for each in texts]
                self.held[key] = told if len(told) == 1 else list(dict.fromkeys(told))
                self.note("text-language", key, "", tag)

    def adaptation_of_licence(self) -> None:
        """What the licence says about adaptation, where the source says nothing else."""
        licence = self.get("licence")
        said = rights.adaptable(licence[0], self.terms) if licence and not self.get("adaptation") else None
        if said:
            self.set("adaptation", said)
            self.note("adaptation-from-licence", "adaptation", licence[0], said)

    def reading(self) -> Reading:
        """The record as it stands, without an id."""
        fields: dict[str, Any] = {
            _ATTRIBUTE[key]: tuple(held) if _MANY[key] else held[0] for key, held in self.held.items() if held
        }
        return Reading(Record(id="", **fields), tuple(self.notes))
