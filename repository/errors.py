"""What can go wrong, told once: every error knows its sentence and its address in each protocol.

A class carries its sentence in English with named placeholders; that sentence is also the key under which
`repository.messages` holds the French and the Portuguese one. Lower floors raise, the top floors translate.
"""

from typing import ClassVar, Final


class Message(str):
    """A value inside an error's sentence that is words of ours, to be translated like the sentence itself."""

    __slots__ = ()


class MutualisError(Exception):
    """An error that a person can be shown: what happened, where, and what to do, in one sentence.

    `values` fill the placeholders of `message`. `status` is the HTTP status, `oai_code` the OAI-PMH error
    code where that protocol has one, `exit_status` what the command line returns. `public` is what a reader of the
    web is told in place of a sentence that is for the operator alone ("": the sentence itself).
    """

    message: ClassVar[str] = "Something went wrong: {detail}."
    public: ClassVar[str] = ""
    status: ClassVar[int] = 500
    oai_code: ClassVar[str | None] = None
    exit_status: ClassVar[int] = 1

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message.format(**values))

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders (query workers, bulk imports), so they pickle with their values."""
        return (_remake, (type(self), self.values))


def _remake(kind: type[MutualisError], values: dict[str, object]) -> MutualisError:
    return kind(**values)


OUT_OF_REACH: Final = "The catalogue is out of reach at this moment; please try again in a few minutes."


class RecordNotFound(MutualisError):
    message = "No record has the identifier {identifier}; check the address, or search for its title."
    status, oai_code = 404, "idDoesNotExist"


class RecordWithdrawn(MutualisError):
    message = "The record {identifier} was withdrawn on {date}."
    status = 410


class PageNotFound(MutualisError):
    message = "There is nothing at {path}; check the address, or start from the home page."
    status = 404


class NotAcceptable(MutualisError):
    message = "This address is not available as {asked}; ask for one of: {offered}."
    status = 406


class UnknownFormat(MutualisError):
    message = "Format {prefix} is not known here; choose one of: {known}."
    status, oai_code = 400, "cannotDisseminateFormat"


class UnreadableRecord(MutualisError):
    message = "The record could not be read as {format}: {reason}."
    status = 422


class UnreadableFile(MutualisError):
    message = "{path} could not be read: {reason}. Check the file, then run the command again."
    status = 422


class InvalidSetting(MutualisError):
    message = "Setting {name} has the value {value!r}, which is not {expected}; correct it in {path}."


class NoCatalogue(MutualisError):
    message = "There is no catalogue in {path}; create one with: mutualis --data {path} init."


class DataFolderUnusable(MutualisError):
    public = OUT_OF_REACH
    message = (
        "The data folder {path} cannot be used ({reason}); give this user write access to it "
        "or choose another with --data."
    )


class DiskFull(MutualisError):
    public = OUT_OF_REACH
    message = "The disk that holds {path} is full; free some space and run the command again: nothing was lost."
    status = 507


class PortInUse(MutualisError):
    message = "Port {port} on {host} is already in use; stop the other program or choose another with --port."


class CannotListen(MutualisError):
    message = "Nothing can be served on {host}, port {port} ({reason}); choose others with --host and --port."


class FileNotWritten(MutualisError):
    message = "{path} could not be written ({reason}); choose another place for it, then run the command again."


class BusyFolder(MutualisError):
    message = "Another process (number {pid}) already follows the catalogue in {path}; stop it first."


class DatabaseUnreachable(MutualisError):
    public = OUT_OF_REACH
    message = "The database {address} does not answer ({reason}); start it or correct the setting database."
    status = 503


class DatabaseRefused(MutualisError):
    public = OUT_OF_REACH
    message = (
        "The database {address} refuses the work ({reason}); give its user every right in it, "
        "and make it with the encoding UTF8."
    )
    status = 503


class OldCatalogue(MutualisError):
    message = (
        "The catalogue in {path} was written by another version; bring it up to date with: mutualis --data {path} init."
    )


class NewerCatalogue(MutualisError):
    message = (
        "The catalogue in {path} was written by a newer version of Mutualis; install that version or a later one: "
        "nothing was changed."
    )


class DemoDidNotStart(MutualisError):
    message = "The server at {address} did not start; run the command again with another --port."


class NoExamples(MutualisError):
    message = "The sample records are missing from {path}; take the whole project again, examples included."
