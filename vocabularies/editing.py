"""The acts of a curator on concepts, each as the concepts before and after it. Pure.

An act is checked against the SKOS integrity conditions before it is one: no name twice, no circle, no "see also"
between a concept and what stands above it. Source: SKOS Reference (W3C, 2009), sections 5, 8 and 10.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from repository.identity import slug
from repository.record import Text
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.errors import (
    AlreadyWithdrawn,
    CodeTaken,
    CodeUnfit,
    GoesRoundInCircles,
    IntoItself,
    NameMissing,
    NameTaken,
    NothingChanged,
    NotInThisList,
    NotWithdrawn,
    RelatedAbove,
    TooFewParts,
)
from vocabularies.statements import text_order
from vocabularies.working import Working

Kind = Literal[
    "create", "revise", "withdraw", "restore", "merge", "split", "bulk", "sheet", "import", "undo", "words", "roll back"
]
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,79}")
_LABELS: Final = ("pref_label", "alt_label", "hidden_label")
TEXTS: Final = (*_LABELS, "definition", "scope_note", "editorial_note")


class Change(Struct, frozen=True):
    """One concept before an act (None: it was not there) and after it (None: it is no more, never published)."""

    before: Concept | None
    after: Concept | None

    @property
    def iri(self) -> str:
        found = self.after or self.before
        assert found is not None  # noqa: S101 one of the two is there
        return found.iri


class Edit(Struct, frozen=True):
    """One act on concepts of one scheme."""

    kind: Kind
    scheme: str
    changes: tuple[Change, ...]

    @property
    def after(self) -> Iterator[Concept]:
        """The concepts as they are after the act."""
        return (each.after for each in self.changes if each.after is not None)

    def inverse(self) -> "Edit":
        """What takes the act back."""
        return Edit("undo", self.scheme, tuple(Change(each.after, each.before) for each in self.changes))


def create(
    working: Working, scheme: str, base_iri: str, fields: Mapping[str, Any], code: str = "", taken: Iterable[str] = ()
) -> Edit:
    """A new concept with the attributes of `fields`; its IRI stands under `base_iri`, in the scheme.

    Without a code one is made from the name. Raises NameMissing, NameTaken, CodeTaken, CodeUnfit and the errors of
    `revise`.
    """
    working.scheme(scheme)
    named = clean(fields.get("pref_label", ()))
    notation = _code(working, scheme, code, named, set(taken))
    concept = Concept(iri=f"{base_iri}vocabulary/{scheme}/{notation}", scheme=scheme, notation=notation)
    after = _with(concept, fields)
    after = msgspec.structs.replace(after, top=not after.broader)
    _check(working, after)
    return Edit("create", scheme, (Change(None, after), *_seen_also(working, None, after)))


def revise(working: Working, iri: str, fields: Mapping[str, Any]) -> Edit:
    """A concept with other texts, place, code, neighbours or mappings. Raises NothingChanged, NameMissing, NameTaken,
    CodeTaken, CodeUnfit, GoesRoundInCircles, RelatedAbove, NotInThisList."""
    before = working.concept(iri)
    after = _with(before, fields)
    if "broader" in fields:
        after = msgspec.structs.replace(after, top=not any(_same(working, after, each) for each in after.broader))
    if after == before:
        raise NothingChanged()
    if after.notation != before.notation and after.notation:
        _code(working, before.scheme, after.notation, (), set())
    _check(working, after)
    return Edit("revise", before.scheme, (Change(before, after), *_seen_also(working, before, after)))


def withdraw(working: Working, iri: str, replacements: Sequence[str] = ()) -> Edit:
    """A concept that is no longer to be used, with what is to be used instead. Its address stays for ever."""
    before = _in_use(working, iri)
    for each in replacements:
        if each == iri:
            raise IntoItself()
        _in_use(working, each)
    after = msgspec.structs.replace(before, deprecated=True, replaced_by=tuple(replacements))
    return Edit("withdraw", before.scheme, (Change(before, after),))


def restore(working: Working, iri: str) -> Edit:
    """A withdrawn concept, in use again. Raises NotWithdrawn, NameTaken."""
    before = working.concept(iri)
    if not before.deprecated:
        raise NotWithdrawn(name=working.name(iri))
    after = msgspec.structs.replace(before, deprecated=False, replaced_by=())
    _check(working, after)
    return Edit("restore", before.scheme, (Change(before, after),))


def merge(working: Working, iri: str, into: str) -> Edit:
    """A concept that another stands for from now on: its names, mappings, neighbours and narrower concepts go there.

    It stays where it is, withdrawn, so that its address tells where to go. Raises IntoItself, AlreadyWithdrawn,
    NotInThisList, GoesRoundInCircles.
    """
    if iri == into:
        raise IntoItself()
    lost, kept = _in_use(working, iri), _in_use(working, into)
    if lost.scheme != kept.scheme:
        raise NotInThisList(term=working.name(into))
    if iri in working.ancestors(into):
        raise GoesRoundInCircles(name=working.name(iri), above=working.name(into))
    after = {iri: msgspec.structs.replace(lost, deprecated=True, replaced_by=(into,), related=())}
    after[into] = _joined(kept, lost)
    for each in working.narrower(iri):
        child = after.get(each) or working.concept(each)
        if child.scheme != lost.scheme:
            continue  # another list's curators decide; its checks tell them
        after[each] = msgspec.structs.replace(child, broader=_exchanged(child.broader, iri, into, each))
    for each in lost.related:
        other = working.get(each)
        if other is not None and each != into and other.scheme == lost.scheme:
            held = after.get(each, other)
            after[each] = msgspec.structs.replace(held, related=_exchanged(held.related, iri, into, each))
    return Edit("merge", lost.scheme, tuple(_changes(working, after)))


def split(working: Working, iri: str, base_iri: str, names: Sequence[Sequence[Text]]) -> Edit:
    """A concept in whose place several new ones stand, each given by its names. Which of them a record means only a
    person can say: the records keep the old one, whose page names the new. Raises TooFewParts, NameTaken."""
    before = _in_use(working, iri)
    if len(names) < 2:
        raise TooFewParts(name=working.name(iri))
    parts: list[Concept] = []
    for each in names:
        fields = {"pref_label": tuple(each), "broader": before.broader}
        edit = create(working, before.scheme, base_iri, fields, taken=[part.notation or "" for part in parts])
        [made] = (change.after for change in edit.changes if change.before is None)
        assert made is not None  # noqa: S101 what was created is there
        parts.append(made)
    after = msgspec.structs.replace(before, deprecated=True, replaced_by=tuple(part.iri for part in parts))
    return Edit("split", before.scheme, (Change(before, after), *(Change(None, part) for part in parts)))


def bulk(working: Working, edits: Iterable[Edit], scheme: str, kind: Kind = "bulk") -> Edit:
    """Several acts as one; a concept that two of them touch must come out of both alike."""
    before: dict[str, Concept | None] = {}
    after: dict[str, Concept | None] = {}
    for edit in edits:
        for change in edit.changes:
            before.setdefault(change.iri, change.before)
            after[change.iri] = change.after
    made = tuple(Change(before[iri], held) for iri, held in after.items() if before[iri] != held)
    if not made:
        raise NothingChanged()
    return Edit(kind, scheme, made)


def clean(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Texts without spaces around them and without empty ones, each once, in the order of their languages."""
    found = {Text(" ".join(each.value.split()), each.language) for each in texts}
    return tuple(sorted((each for each in found if each.value), key=text_order))


def _with(concept: Concept, fields: Mapping[str, Any]) -> Concept:
    told = {name: clean(value) if name in _LABELS else value for name, value in fields.items()}
    if "related" in told:
        told["related"] = tuple(sorted(set(told["related"]) - {concept.iri}))
    for name in ("broader", *MAPPINGS):
        if name in told:
            told[name] = tuple(sorted(set(told[name])))
    after = msgspec.structs.replace(concept, **told)
    alternative = tuple(each for each in after.alt_label if each not in after.pref_label)
    hidden = tuple(each for each in after.hidden_label if each not in (*after.pref_label, *alternative))
    return msgspec.structs.replace(after, alt_label=alternative, hidden_label=hidden)


def _check(working: Working, after: Concept) -> None:
    _check_names(working, after)
    for above in after.broader:
        found = working.get(above)
        if found is None:
            raise NotInThisList(term=above)
        if above == after.iri or after.iri in working.ancestors(above):
            raise GoesRoundInCircles(name=_own_name(after), above=working.name(above))
    lineage = {*_above(working, after), *working.descendants(after.iri)}
    for other in after.related:
        if working.get(other) is None:
            raise NotInThisList(term=other)
        if other in lineage:
            raise RelatedAbove(name=_own_name(after), other=working.name(other))


def _check_names(working: Working, after: Concept) -> None:
    if not after.pref_label:
        raise NameMissing()
    languages = [each.language for each in after.pref_label]
    if len(set(languages)) < len(languages):
        raise NameTaken(name=_own_name(after), other=_own_name(after))
    for text in after.pref_label:
        others = [iri for iri in working.holding_name(after.scheme, text) if iri != after.iri]
        if others:
            other = working.concept(others[0])
            raise NameTaken(name=text.value, other=other.notation or other.iri)


def _own_name(concept: Concept) -> str:
    return concept.pref_label[0].value if concept.pref_label else concept.iri


def _above(working: Working, after: Concept) -> set[str]:
    return {*after.broader, *(each for above in after.broader for each in working.ancestors(above))}


def _same(working: Working, concept: Concept, iri: str) -> bool:
    found = working.get(iri)
    return found is not None and found.scheme == concept.scheme


def _code(working: Working, scheme: str, code: str, names: Sequence[Text], taken: set[str]) -> str:
    if code:
        if not _CODE.fullmatch(code):
            raise CodeUnfit(code=code)
        if code in taken or working.by_code(scheme, code):
            raise CodeTaken(code=code)
        return code
    if not names:
        raise NameMissing()
    stem = slug(next((each.value for each in names if each.language == "fr"), names[0].value))[:60].strip("-") or "x"
    number, candidate = 2, stem
    while candidate in taken or working.by_code(scheme, candidate):
        candidate, number = f"{stem}-{number}", number + 1
    return candidate


def _in_use(working: Working, iri: str) -> Concept:
    found = working.concept(iri)
    if found.deprecated:
        raise AlreadyWithdrawn(name=working.name(iri))
    return found


def _joined(kept: Concept, lost: Concept) -> Concept:
    """What is kept, with the names of what is lost as other names, and its mappings."""
    own = {*kept.pref_label, *kept.alt_label}
    names = clean((*kept.alt_label, *(each for each in (*lost.pref_label, *lost.alt_label) if each not in own)))
    hidden = clean((*kept.hidden_label, *lost.hidden_label))
    links: dict[str, Any] = {
        name: tuple(sorted({*getattr(kept, name), *getattr(lost, name)} - {kept.iri, lost.iri})) for name in MAPPINGS
    }
    related = {*kept.related, *lost.related} - {kept.iri, lost.iri, *kept.broader}
    languages = {each.language for each in kept.pref_label}
    gained = tuple(each for each in lost.pref_label if each.language not in languages)
    preferred = clean((*kept.pref_label, *gained))
    return msgspec.structs.replace(
        kept,
        pref_label=preferred,
        alt_label=tuple(each for each in names if each not in preferred),
        hidden_label=tuple(each for each in hidden if each not in (*preferred, *names)),
        related=tuple(sorted(related)),
        **links,
    )


def _exchanged(held: Sequence[str], old: str, new: str, own: str) -> tuple[str, ...]:
    return tuple(sorted({new if each == old else each for each in held} - {own}))


def _changes(working: Working, after: Mapping[str, Concept]) -> Iterable[Change]:
    for iri, concept in after.items():
        before = working.get(iri)
        if before != concept:
            yield Change(before, concept)


def _seen_also(working: Working, before: Concept | None, after: Concept) -> Iterable[Change]:
    """The other side of every "see also" that is new or gone; not in other lists, whose curators decide on them."""
    former, now = set(before.related if before else ()), set(after.related)
    for iri in sorted(former ^ now):
        other = working.get(iri)
        if other is not None and iri != after.iri and other.scheme == after.scheme:
            related = {*other.related, after.iri} if iri in now else {*other.related} - {after.iri}
            changed = msgspec.structs.replace(other, related=tuple(sorted(related)))
            if changed != other:
                yield Change(other, changed)
