"""Every check of a vocabulary: its name, how grave it is, and what tells a librarian what is wrong and why.

Source: the issues of qSKOS (Mader, Haslhofer, Isaac: Finding Quality Issues in SKOS Vocabularies, TPDL 2012, and the
later ones of its program), and the integrity conditions of SKOS Reference (W3C, 2009).
"""

from typing import Final, Literal

from msgspec import Struct

from repository.messages import marked

Weight = Literal["error", "warning", "hint"]
Mend = Literal["", "edit", "drop label", "drop broader", "drop related", "drop mapping", "tidy label", "make top"]


class Check(Struct, frozen=True):
    """One check. `mend` is what can be done about it with one button ("edit": look at the term, "": nothing here)."""

    id: str
    weight: Weight
    title: str
    why: str
    mend: Mend = "edit"


CHECKS: Final = {
    each.id: each
    for each in (
        Check(
            "missing-label",
            "error",
            marked("Term without a name"),
            marked("Nobody can choose or understand a term that has no name in any language."),
        ),
        Check(
            "empty-label",
            "error",
            marked("Empty name"),
            marked("A name that holds nothing shows as a gap on every page."),
            "tidy label",
        ),
        Check(
            "inconsistent-preferred",
            "error",
            marked("Two chosen names in one language"),
            marked("A term has one chosen name in a language; the others are other names."),
        ),
        Check(
            "disjoint-labels",
            "error",
            marked("One word is chosen name and other name at once"),
            marked("The same word is listed twice for one term, in two roles."),
            "drop label",
        ),
        Check(
            "relation-clash",
            "error",
            marked("“See also” to a term above or below"),
            marked("Two terms one of which stands above the other cannot be “see also” as well."),
            "drop related",
        ),
        Check(
            "mapping-clash",
            "error",
            marked("Exactly the same, and also broader, narrower or related"),
            marked("A term cannot be exactly the same as another and stand otherwise to it."),
            "drop mapping",
        ),
        Check(
            "cyclic-hierarchy",
            "error",
            marked("Terms that stand above one another in a circle"),
            marked("Following the broader terms leads back to the start, so the tree cannot be drawn."),
        ),
        Check(
            "overlapping-labels",
            "warning",
            marked("Two terms with the same name"),
            marked("Who looks for this word finds two terms and cannot tell which to take."),
        ),
        Check(
            "ambiguous-notation",
            "error",
            marked("Two terms with the same code"),
            marked("A code names one term of a list, or records cannot be read back."),
        ),
        Check(
            "unprintable-label",
            "warning",
            marked("Name with invisible signs"),
            marked("Signs that nobody sees keep the name from being found."),
            "tidy label",
        ),
        Check(
            "invalid-language",
            "warning",
            marked("Text without a language, or in one that does not exist"),
            marked("Pages and searches choose texts by their language; one without it is shown to everybody."),
        ),
        Check(
            "incomplete-languages",
            "warning",
            marked("Name missing in a language of the list"),
            marked("Readers of that language see the term in another one."),
        ),
        Check(
            "no-common-language",
            "warning",
            marked("No language that all terms have a name in"),
            marked("The list cannot be shown whole to readers of any language."),
            "",
        ),
        Check(
            "undocumented",
            "hint",
            marked("Term without a definition or a note"),
            marked("A name alone is understood differently in different countries."),
        ),
        Check(
            "orphan",
            "hint",
            marked("Term without any neighbour"),
            marked("It stands neither above nor below nor beside another term, so browsing does not lead to it."),
        ),
        Check(
            "disconnected",
            "hint",
            marked("Separate groups of terms"),
            marked("Part of the list cannot be reached from the rest by broader, narrower and “see also”."),
            "",
        ),
        Check(
            "valueless-related",
            "hint",
            marked("“See also” between terms of the same parent"),
            marked("Terms with the same broader term are seen together anyway."),
            "drop related",
        ),
        Check(
            "solely-transitive",
            "warning",
            marked("Linked only by what should be derived"),
            marked("The link is stated in a form that programs work out by themselves; state the plain one."),
            "",
        ),
        Check(
            "unidirectional",
            "hint",
            marked("Link stated in one direction only"),
            marked("Programs that do not reason see the link from one side alone; written anew here it has both."),
            "",
        ),
        Check(
            "omitted-top",
            "warning",
            marked("List without a term to start from"),
            marked("Trees begin with the top terms of a list; without one they begin anywhere."),
            "make top",
        ),
        Check(
            "top-with-broader",
            "warning",
            marked("Top term with a broader term"),
            marked("A term that begins the tree cannot stand below another one of the same list."),
            "make top",
        ),
        Check(
            "redundant-broader",
            "hint",
            marked("Broader term that follows from another one"),
            marked("The term above is already above by way of a nearer one; stated again it draws the tree twice."),
            "drop broader",
        ),
        Check(
            "reflexive",
            "error",
            marked("Term linked to itself"),
            marked("A term is neither broader, narrower nor “see also” to itself."),
            "",
        ),
        Check(
            "mapping-misuse",
            "warning",
            marked("Mapping inside the same list"),
            marked(
                "“The same as” and its kin are for terms of other lists; inside one list, merge or place the terms."
            ),
            "drop mapping",
        ),
        Check(
            "missing-in-links",
            "hint",
            marked("Nothing leads to this term"),
            marked("No record and no other list here uses it; perhaps it is not needed."),
            "",
        ),
        Check(
            "missing-out-links",
            "hint",
            marked("Term without a link to any other list"),
            marked("Links to lists that others use let their data and ours be joined."),
        ),
        Check(
            "broken-link",
            "warning",
            marked("Link that leads nowhere"),
            marked("The address of the other term does not answer, or says that it is gone."),
            "drop mapping",
        ),
        Check(
            "undefined-skos",
            "error",
            marked("Word that the standard does not have"),
            marked("The file uses a word of the standard that the standard never had, mostly a spelling mistake."),
            "",
        ),
        Check(
            "no-http",
            "warning",
            marked("Term whose address is none on the web"),
            marked("Others can only follow and cite terms with addresses that begin with http."),
            "",
        ),
        Check(
            "replaced-in-use",
            "warning",
            marked("Link to a term that is no longer used"),
            marked("The term it leads to was withdrawn; link to the one that stands for it."),
        ),
    )
}
"""Every check by its id; the first twenty-nine are those of qSKOS, the last one is ours."""

GATE: Final = frozenset(each.id for each in CHECKS.values() if each.weight == "error")
"""The checks that keep a list from being published until what they found is mended or waived with a reason."""
