"""What can go wrong while somebody works on a vocabulary: each told so that a librarian knows what to do."""

from repository.errors import MutualisError


class SchemeNotFound(MutualisError):
    message = "There is no list {scheme} here; the page of vocabularies shows those that there are."
    status = 404


class TermNotFound(MutualisError):
    message = "The list has no term {term}; it may have been renamed, or never published."
    status = 404


class NameMissing(MutualisError):
    message = "A term needs a name in at least one language."
    status = 422


class NameTaken(MutualisError):
    message = "“{name}” is already the name of another term of this list ({other}); choose another, or merge the two."
    status = 409


class CodeTaken(MutualisError):
    message = "The code {code} already belongs to another term of this list; choose another."
    status = 409


class CodeUnfit(MutualisError):
    message = "The code {code} holds signs that no address can have; use letters, digits, hyphens and dots."
    status = 422


class GoesRoundInCircles(MutualisError):
    message = "“{name}” cannot stand below “{above}”, which itself stands below it; choose another place."
    status = 422


class RelatedAbove(MutualisError):
    message = "“{name}” stands above or below “{other}” already, so the two cannot be “see also” as well."
    status = 422


class NotInThisList(MutualisError):
    message = "“{term}” is no term of this list; choose one from the list."
    status = 422


class AlreadyWithdrawn(MutualisError):
    message = "“{name}” is no longer used already; take that back first."
    status = 409


class NotWithdrawn(MutualisError):
    message = "“{name}” is in use, so there is nothing to bring back."
    status = 409


class IntoItself(MutualisError):
    message = "A term cannot be merged into itself or replaced by itself; choose another."
    status = 422


class TooFewParts(MutualisError):
    message = "Name at least two terms into which “{name}” is to be split."
    status = 422


class NothingChanged(MutualisError):
    message = "Nothing is different from before, so nothing was saved."
    status = 422


class ChangedMeanwhile(MutualisError):
    message = (
        "“{name}” was changed by {who} while you worked on it; your entries are kept below. "
        "Look at what changed, then save again."
    )
    status = 409


class CannotUndo(MutualisError):
    message = "“{name}” was changed again after this, so it cannot simply be undone; undo the later change first."
    status = 409


class AlreadyUndone(MutualisError):
    message = "This was undone already."
    status = 409


class EditNotFound(MutualisError):
    message = "There is no change with the number {id}."
    status = 404


class NothingToPublish(MutualisError):
    message = "There is nothing new to publish in this list."
    status = 409


class GateClosed(MutualisError):
    message = "{count} faults must be mended, or waived with a reason, before this list can be published."
    status = 409


class ReleaseNotFound(MutualisError):
    message = "The list has no release {number}; its page shows those that there are."
    status = 404


class ReasonMissing(MutualisError):
    message = "Give a reason; it stays in the history."
    status = 422


class ProposalNotFound(MutualisError):
    message = "There is no proposal with the number {id}."
    status = 404


class ProposalDecided(MutualisError):
    message = "This proposal was decided already."
    status = 409


class SheetUnreadable(MutualisError):
    message = "{file} could not be read as a table: {reason}. Save it as .xlsx or .csv and send it again."
    status = 422


class SheetWithoutKey(MutualisError):
    message = "The table has no column of addresses or codes, so nobody can tell which term a row is; export it anew."
    status = 422


class TableWithoutNames(MutualisError):
    message = (
        "The table has no column of names that is understood; say which one it is, such as: "
        "--column preferredLabel=pref_label.fr."
    )
    status = 422


class UnknownMeaning(MutualisError):
    message = "A column cannot be {meaning}; choose one of: {known}."
    status = 422


class WordsDecided(MutualisError):
    message = "These words were decided already; take that decision back first."
    status = 409


class PartOfAnother(MutualisError):
    message = (
        "{file} tells of terms of the list {scheme} and lacks most that is known of them; "
        "give it together with the other files of that vocabulary."
    )
    status = 422


class NoTerms(MutualisError):
    message = "{file} holds no term: nothing in it says that it is a concept or belongs to a list."
    status = 422
