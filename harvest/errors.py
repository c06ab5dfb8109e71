"""What can go wrong with a partner's repository."""

from repository.errors import MutualisError


class HarvestError(MutualisError):
    """What ends or shortens a harvest without anything being wrong with the catalogue."""


class SourceUnreachable(HarvestError):
    message = "The repository at {url} could not be reached ({reason}); check the address, or try again later."
    status = 502


class AddressRefused(HarvestError):
    message = (
        "{url} leads to the address {address}, which is private or reserved; "
        "if this partner is on your own network, allow it with --allow-private."
    )
    status = 422


class BadAddress(HarvestError):
    message = "{url} is not the address of a repository: it must begin with http:// or https:// and name a host."
    status = 422


class TooManyRedirects(HarvestError):
    message = "{url} was redirected {times} times without an answer; ask the partner for its present address."
    status = 502


class ResponseTooLarge(HarvestError):
    message = "The answer of {url} is larger than {limit} bytes and was not read further; ask for a smaller set."
    status = 502


class ResponseTooSlow(HarvestError):
    message = "The answer of {url} was not complete after {seconds} seconds; try again later."
    status = 504


class ResponseCut(HarvestError):
    message = "The answer of {url} broke off before its end ({reason})."
    status = 502


class ComeBackLater(HarvestError):
    message = "The repository at {url} asks to be left alone until {until}; the harvest goes on from there then."
    status = 503
    exit_status = 3


class OutOfTime(HarvestError):
    message = "The {seconds} seconds that the run was given are over; the next one goes on from here."
    status = 504


class RefusedByPartner(HarvestError):
    message = "The repository at {url} answered with the HTTP status {answer}; ask the partner what is wrong."
    status = 502


class NotOaiPmh(HarvestError):
    message = "What came from {url} is not an OAI-PMH answer ({reason}); check the base address of the repository."
    status = 502


class PartnerError(HarvestError):
    message = "The repository at {url} answered with the OAI-PMH error {code}: {text}"
    status = 502


class EndlessList(HarvestError):
    message = "The list at {url} repeats itself without end; what had come was kept. Tell the partner."
    status = 502


class TokenExpired(HarvestError):
    message = "The repository at {url} no longer knows its own resumption token; the list was begun again in vain."
    status = 502


class ListIncomplete(HarvestError):
    message = "The repository at {url} announced {announced} records and sent {received}."
    status = 502


class Interrupted(HarvestError):
    message = "The run was interrupted; what had come by then was kept, and the next one goes on from there."
    status = 503


class NothingToHarvest(MutualisError):
    message = "Say what to harvest: the address or id of one source, or --due for all whose time has come."
    status = 422


class UnknownConcept(MutualisError):
    message = "No concept is called {name}; give its address, or its list and code, like resource-type/GP."
    status = 422


class UnclearChoice(MutualisError):
    message = "{words} does not say what which words mean; write WORDS=CONCEPT, like Manuel=resource-type/GP."
    status = 422


class DueAsRegistered(MutualisError):
    message = (
        "With --due every source is harvested as it is registered; give its id in place of --due to change one of them."
    )
    status = 422


class SourceBusy(MutualisError):
    message = "Another run of the source {source} is under way; wait until it has ended, then try again."
    status = 409


class UnlikeItself(HarvestError):
    message = (
        "The source {source} sent something unlike itself; it is kept back until a person says what to do: "
        "mutualis review show {number}."
    )
    status = 409


class AwaitingDecision(HarvestError):
    message = "What the source {source} sent last waits for a person to say what to do: mutualis review show {number}."
    status = 409
    exit_status = 3


class SourceStopped(HarvestError):
    message = "The source {source} was stopped by {who}; mutualis source resume {source} lets it go on."
    status = 409


class UnknownSource(MutualisError):
    message = "No source has the name {source}; choose one of: {known}."
    status = 404


class FilesAgain(MutualisError):
    message = "Files imported by hand are read again from the files: run mutualis import with them."
    status = 409


# Why a single record is kept in quarantine.


class NoIdentifier(MutualisError):
    message = "The record has no identifier, so it could not be recognised the next time."
    status = 422


class IdentifierTooLong(MutualisError):
    message = "The record's identifier is longer than {longest} bytes, more than the catalogue can look up."
    status = 422


class NoMetadata(MutualisError):
    message = "The record has no metadata and is not marked as deleted."
    status = 422


class NoCrosswalk(MutualisError):
    message = "The metadata are in {element}, a format that is not read yet."
    status = 422


class NotWellFormed(MutualisError):
    message = "The record is not well-formed XML, not even after repair: {reason}."
    status = 422


class RecordCut(MutualisError):
    message = "The answer breaks off in the middle of this record."
    status = 422


class CrosswalkFailed(MutualisError):
    message = "The record could not be understood: {reason}."
    status = 422


class NotStorable(MutualisError):
    message = "The record could not be stored: {reason}."
    status = 422


class NotDescribed(MutualisError):
    message = "The record says too little to be found again: {reason}"
    status = 422
