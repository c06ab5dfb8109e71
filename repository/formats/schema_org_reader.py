"""The values of one schema.org document, each brought to its place in a draft by the act of its key."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from repository.formats.acts import ACTS
from repository.formats.draft import Draft
from repository.formats.normalise import dates, identifiers, rights, words
from repository.formats.reading import Reading
from repository.formats.schema_org_document import Node, address_of, distribution, is_web, listed
from repository.record import Agent, Attribution, Text
from vocabularies.concept import Concept
from vocabularies.terms import Terms, fold

_PEOPLE: Final = {"Person": "person", "Organization": "organisation", "EducationalOrganization": "organisation"}
_LABELS: Final = ("prefLabel", "name", "targetName", "educationalRole", "audienceType", "@value", "value", "headline")
_INTERACTIVITY: Final = "http://purl.org/dcx/lrmi-vocabs/interactivityType/"
_TAG: Final = re.compile(r"(?!(?:id|url)$)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_CONTACT: Final = frozenset({"email", "telephone", "faxNumber", "birthDate"})
_PLAIN: Final = frozenset({"LearningResource", "CreativeWork"})


Act: TypeAlias = Callable[["Reader", str, Any], object]
"""(reader, where the value stood, the value); what finds no place is kept by the act."""


class Reader:
    """One document being read into a draft."""

    def __init__(self, document: Node, terms: Terms) -> None:
        self.document = document
        self.draft = Draft(terms)
        self.terms = terms
        self.default = self._default()

    def _default(self) -> str | None:
        for each in listed(self.document.get("@context")):
            if isinstance(each, dict) and isinstance(each.get("@language"), str):
                return str(each["@language"])
        return None

    def reading(self, first: tuple[str, ...], acts: Mapping[str, Act]) -> Reading:
        """Every value by the act of its key, those of `first` before the others."""
        for key in (*first, *(key for key in self.document if key not in first)):
            if key == "@context" or key not in self.document:
                continue
            act = acts.get(key)
            for value in listed(self.document[key]):
                if value in (None, ""):
                    continue
                if act:
                    act(self, f"schema:{key}", value)
                else:
                    self.leaves(f"schema:{key}", value)
        self._page()
        self.draft.default_language()
        self.draft.adaptation_of_licence()
        return self.draft.reading()

    def _page(self) -> None:
        """The resource's own address is its page where no other is given, else an identifier; ours is neither."""
        address = self.document.get("id")
        if not isinstance(address, str) or self.terms.local_id(address) != address:
            return
        if not self.draft.get("landingPage") and identifiers.is_address(address):
            self.draft.set("landingPage", identifiers.identifier(address) or address)
        elif address.startswith(("#", "_:")):
            self.draft.keep("schema:id", address)
        elif address not in self.draft.get("landingPage"):
            self.draft.identifier("schema:id", address)

    def leaves(self, name: str, value: Any, without: tuple[str, ...] = ("type",)) -> None:
        """Keep every word of a value under its path; how to reach a person is only noted."""
        if isinstance(value, dict):
            for key, held in value.items():
                if key in _CONTACT:
                    self.draft.note("contact-left-out", name, str(held), None)
                elif key not in without:
                    self.leaves(name if key.startswith("@") else f"{name}.{key}", held)
        elif isinstance(value, list):
            for each in value:
                self.leaves(name, each)
        elif value is not None:
            self.draft.keep(name, "true" if value is True else "false" if value is False else str(value))

    def texts(self, value: Any) -> Iterator[tuple[str, str | None]]:
        """The texts of a value: a string, a language-tagged one, a language map or an object with a label."""
        if isinstance(value, (int, float, bool)):
            yield str(value), None
        elif isinstance(value, str):
            yield value, self.default
        elif isinstance(value, list):
            for each in value:
                yield from self.texts(each)
        elif isinstance(value, dict):
            yield from self._labels(value)

    def _labels(self, value: Node) -> Iterator[tuple[str, str | None]]:
        if isinstance(value.get("@value"), str):
            yield value["@value"], value.get("@language") or None
            return
        label = next((value[key] for key in _LABELS if value.get(key)), None)
        if isinstance(label, dict) and "@value" not in label:
            yield from ((str(text), tag) for tag, each in label.items() for text in listed(each))
        elif label is not None:
            yield from self.texts(label)
        elif value and all(_TAG.fullmatch(key) and isinstance(held, str) for key, held in value.items()):
            yield from ((str(text), tag) for tag, text in value.items())

    def each(self, key: str, name: str, value: Any) -> None:
        """Every text of a value by the act of `key`; the rest of an object is kept."""
        for text, language in self.texts(value):
            ACTS[key](self.draft, name, text, language)
        if isinstance(value, dict):
            self.leaves(name, value, ("type", "@value", "@language", *_LABELS))

    def plain(self, key: str, name: str, value: Any) -> None:
        """A date, a duration or a number, which has no language and no parts."""
        if isinstance(value, (str, int, float)):
            ACTS[key](self.draft, name, str(value), None)
        else:
            self.leaves(name, value)

    def concept(self, key: str, scheme: str, name: str, value: Any) -> None:
        """A SKOS object: by its address where ours is the same concept, else by its labels; what is not placed
        is kept."""
        address = address_of(value)
        if address and address not in self.terms.concepts and self._follows(key, address):
            return
        if address and scheme == "level" and (iri := words.level(address, self.terms)):
            self.draft.note("level-word", key, address, iri)
            self.draft.set(key, iri)
            self._other_labels(key, name, value)
        elif address and self.draft.concept(key, scheme, name, address):
            self._other_labels(key, name, value)
        else:
            self.draft.keep(name, address or "")
            for text, language in self.texts(value):
                if text != address:
                    ACTS[key](self.draft, name, text, language)
        self._rest(name, value)

    def _other_labels(self, key: str, name: str, value: Any) -> None:
        """The labels that a source gives to a concept of ours, where ours has others."""
        concept = self.terms.concept(self.draft.get(key)[-1])
        known = {fold(each.value) for each in (*concept.pref_label, *concept.alt_label)} if concept else set()
        for text, language in self.texts(value):
            if fold(text) not in known and not is_web(text):
                self.draft.keep(name, text, language)

    def _follows(self, key: str, address: str) -> bool:
        """Whether a concept of another vocabulary is only what one of ours, already given, is mapped to."""
        seen = [concept for iri in self.draft.get(key) if (concept := self.terms.concept(iri))]
        seen += [found for each in seen for link in _links(each) if (found := self.terms.concept(link))]
        return any(address in _links(each) for each in seen)

    def _rest(self, name: str, value: Any) -> None:
        """What an object says beside its labels and the address by which it was looked up."""
        if isinstance(value, dict):
            address = address_of(value)
            others = {key: held for key, held in value.items() if held != address}
            self.leaves(name, others, ("type", "inScheme", "alignmentType", *_LABELS))

    def subject(self, name: str, value: Any) -> None:
        address = address_of(value)
        if address and any(self.draft.concept(key, key, name, address) for key in ("sector", "occupation")):
            return
        if address:
            self.draft.keep(name, address)
        for text, language in self.texts(value):
            if text != address:
                self.draft.subject(name, text, language)
        self._rest(name, value)

    def keywords(self, name: str, value: Any) -> None:
        """A list of keywords; a single string may hold several with commas, as schema.org says."""
        if isinstance(value, str) and "," in value and not isinstance(self.document.get("keywords"), list):
            parts = [part.strip() for part in value.split(",") if part.strip()]
            self.draft.note("keyword-list", "keyword", value, " | ".join(parts))
            for part in parts:
                self.draft.subject(name, part, self.default)
        else:
            self.subject(name, value)

    def agent(self, key: str, name: str, value: Any) -> None:
        agent = self._agent(name, value)
        if agent is not None and not self.draft.set(key, agent):
            for text in agent.name:
                self.draft.keep(name, text.value, text.language)

    def contributor(self, name: str, value: Any, role: str | None = None) -> None:
        if agent := self._agent(name, value):
            self.draft.set("contributor", Attribution(agent=agent, role=role))

    def _agent(self, name: str, value: Any) -> Agent | None:
        if isinstance(value, str):
            return Agent(id=value) if identifiers.is_address(value) else Agent(name=(Text(value.strip()),))
        if not isinstance(value, dict):
            self.leaves(name, value)
            return None
        names = tuple(
            Text(text.strip(), tag if tag != self.default else None) for text, tag in self.texts(value.get("name"))
        )
        address, page = value.get("id"), value.get("url")
        kind = next(
            (_PEOPLE[each] for each in listed(value.get("type")) if isinstance(each, str) and each in _PEOPLE), None
        )
        self.leaves(name, value, ("id", "type", "name", "url"))
        for odd in (address, page):
            if odd and not (isinstance(odd, str) and identifiers.is_address(odd)):
                self.leaves(name, odd)
        known = address if isinstance(address, str) and identifiers.is_address(address) else None
        home = page if isinstance(page, str) and identifiers.is_address(page) else None
        return Agent(id=known, name=names, kind=kind, homepage=home) if names or known or home else None

    def language(self, name: str, value: Any) -> None:
        text = value.get("alternateName") or value.get("name") if isinstance(value, dict) else value
        if isinstance(text, str):
            self.draft.language(name, text)
        else:
            self.leaves(name, value)

    def rights(self, name: str, value: Any) -> None:
        address = address_of(value)
        if address:
            self.draft.rights(name, address)
            self._rest(name, value)
        else:
            self.each("rights", name, value)

    def identifier(self, name: str, value: Any) -> None:
        if isinstance(value, dict):
            text = value.get("value") or value.get("id") or value.get("url")
            self.draft.identifier(name, str(text)) if isinstance(text, str) else self.leaves(name, value)
            self.leaves(name, value, ("type", "value", "id", "url"))
        else:
            self.plain("identifier", name, value)

    def page(self, name: str, value: Any) -> None:
        if isinstance(value, str):
            ACTS["landingPage"](self.draft, name, identifiers.identifier(value) or value, None)
        else:
            self.leaves(name, value)

    def linked(self, key: str, name: str, value: Any) -> None:
        """Another resource by its address; its name and what else is told of it are kept."""
        address = address_of(value)
        if address:
            ACTS[key](self.draft, name, identifiers.identifier(address) or address, None)
        if isinstance(value, dict):
            self.leaves(name, {key: held for key, held in value.items() if held != address})
        elif not address:
            self.leaves(name, value)

    def media(self, name: str, value: Any) -> None:
        """A MediaObject as a distribution; one without any address is kept as words."""
        node = {"contentUrl": value} if isinstance(value, str) else value
        made = distribution(node, self.texts) if isinstance(node, dict) else None
        if made is None:
            self.leaves(name, value)
        else:
            self.draft.set("distribution", made[0])
            self.leaves(name, node, made[1])

    def place(self, name: str, value: Any) -> None:
        """The country of a place: by its own address, that of its postal address, or its name."""
        if not isinstance(value, dict):
            self.plain("country", name, value)
            return
        iri, postal = value.get("id"), value.get("address")
        code = postal.get("addressCountry") if isinstance(postal, dict) else None
        if isinstance(iri, str) and self.draft.concept("country", "country", name, iri):
            self._other_labels("country", name, value)
            self.leaves(name, value, ("type", "id", *_LABELS))
        elif isinstance(code, str) and words.country(code, self.terms, codes=True):
            self.draft.country(name, code, codes=True)
            self.leaves(name, value)
        else:
            self.each("country", name, value)

    def created(self, name: str, value: Any) -> None:
        """The date of creation is that of issue where no date of publication is given."""
        known = isinstance(value, str) and dates.date(value) is not None
        if known and "datePublished" not in self.document:
            self.draft.date("issued", name, value)
        else:
            self.leaves(name, value)

    def free(self, name: str, value: Any) -> None:
        """That access is free of charge says nothing new of what is open."""
        if value is not True or self.draft.get("access") != [rights.OPEN]:
            self.leaves(name, value)

    def main_page(self, name: str, value: Any) -> None:
        """The page about the resource; ours needs no mention."""
        address = address_of(value)
        if address is None or self.terms.local_id(address) == address:
            self.leaves(name, value)

    def types(self, name: str, value: Any) -> None:
        if not isinstance(value, str) or value not in _PLAIN:
            self.leaves(name, value)

    def interactivity(self, name: str, value: Any) -> None:
        """A value of LOM 5.1, by its word or by the address of LRMI's concept."""
        address = address_of(value) or ""
        words_of = [(address.removeprefix(_INTERACTIVITY), None)] if address else self.texts(value)
        for text, _ in words_of:
            iri = words.lom_value("5.1", text, self.terms)
            if iri is not None and self.draft.set("interactivityType", iri):
                self.draft.note("lom-word", "interactivityType", address or text, iri)
                self._other_labels("interactivityType", name, value)
                return
        self.leaves(name, value)


def _links(concept: Concept) -> tuple[str, ...]:
    return (*concept.exact_match, *concept.close_match, *concept.broad_match)
