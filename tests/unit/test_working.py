"""The vocabularies as curators see them: what is gone on to in place is what would be built anew."""

from hypothesis import given
from hypothesis import strategies as st

from repository.record import Text
from vocabularies import editing
from vocabularies.concept import Concept, Scheme, Vocabulary
from vocabularies.errors import AlreadyWithdrawn, GoesRoundInCircles, IntoItself, NameTaken, NothingChanged
from vocabularies.terms import Terms
from vocabularies.working import Working

BASE = "http://example.org/"
CODES = [f"c{number}" for number in range(5)]


def terms() -> Terms:
    concepts = [
        Concept(iri=f"{BASE}{code}", scheme="s", notation=code, pref_label=(Text(code, "fr"),), top=True)
        for code in CODES
    ]
    return Terms([Vocabulary(Scheme(id="s", iri=f"{BASE}s"), tuple(concepts))], base_iri=BASE)


acts = st.tuples(st.sampled_from(["name", "code", "move", "withdraw", "merge"]), *[st.sampled_from(CODES)] * 2)


@given(st.lists(acts, max_size=12))
def test_going_on_in_place_is_building_anew(done: list[tuple[str, str, str]]) -> None:
    going = Working(terms(), {}).own()
    for act, code, other in done:
        iri, to = f"{BASE}{code}", f"{BASE}{other}"
        try:
            if act == "name":
                edit = editing.revise(going, iri, {"pref_label": (Text(f"nom {other}", "fr"),)})
            elif act == "code":
                edit = editing.revise(going, iri, {"notation": f"{code}-{len(going.drafts)}"})
            elif act == "move":
                edit = editing.revise(going, iri, {"broader": (to,)})
            else:
                edit = editing.withdraw(going, iri) if act == "withdraw" else editing.merge(going, iri, to)
        except (GoesRoundInCircles, NameTaken, NothingChanged, IntoItself, AlreadyWithdrawn):
            continue
        going.take(edit.after)
    anew = Working(going.published, going.drafts)
    assert going.in_scheme("s") == anew.in_scheme("s")
    for concept in anew.in_scheme("s"):
        assert going.by_code("s", concept.notation or "") == anew.by_code("s", concept.notation or "")
        assert set(going.narrower(concept.iri)) == set(anew.narrower(concept.iri))
        for text in concept.pref_label:
            assert going.holding_name("s", text) == anew.holding_name("s", text)
    for code in CODES:
        assert going.by_code("s", code) == anew.by_code("s", code)
        assert going.holding_name("s", Text(code, "fr")) == anew.holding_name("s", Text(code, "fr"))
