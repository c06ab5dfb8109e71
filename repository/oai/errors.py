"""What an OAI-PMH request can do wrong. All of it is answered with HTTP 200 and told together.

Source: OAI-PMH 2.0 section 3.6.
"""

from repository.errors import MutualisError


class BadVerb(MutualisError):
    message = "There is no verb {verb}; give one of: {known}."
    status, oai_code = 400, "badVerb"


class MissingVerb(MutualisError):
    message = "The argument verb is missing; give one of: {known}."
    status, oai_code = 400, "badVerb"


class RepeatedVerb(MutualisError):
    message = "The argument verb may be given only once; give one of: {known}."
    status, oai_code = 400, "badVerb"


class UnreadableArguments(MutualisError):
    message = "The arguments could not be read; send at most {most} of them, encoded as in an HTML form."
    status, oai_code = 400, "badArgument"


class RepeatedArgument(MutualisError):
    message = "The argument {name} may be given only once; remove the others."
    status, oai_code = 400, "badArgument"


class IllegalArgument(MutualisError):
    message = "The verb {verb} does not take the argument {name}; remove it."
    status, oai_code = 400, "badArgument"


class MissingArgument(MutualisError):
    message = "The verb {verb} needs the argument {name}; add it."
    status, oai_code = 400, "badArgument"


class InvalidDatestamp(MutualisError):
    message = "The argument {name} is not a date in UTC: {value}; write it like 2026-01-31 or 2026-01-31T12:30:00Z."
    status, oai_code = 400, "badArgument"


class MixedGranularity(MutualisError):
    message = "One of from and until has a time and the other has none; write both alike."
    status, oai_code = 400, "badArgument"


class FromAfterUntil(MutualisError):
    message = "The argument from ({start}) is later than until ({end}); exchange them."
    status, oai_code = 400, "badArgument"


class InvalidName(MutualisError):
    message = "The argument {name} cannot have the value “{value}” in OAI-PMH; correct it."
    status, oai_code = 400, "badArgument"


class TokenNotAlone(MutualisError):
    message = "A resumption token already holds the other arguments; remove {names}."
    status, oai_code = 400, "badArgument"


class BadToken(MutualisError):
    message = "This resumption token does not lead on to a list here any more; start the list again without it."
    status, oai_code = 400, "badResumptionToken"


class NoRecordsMatch(MutualisError):
    message = "No record fits these arguments; widen from, until or set."
    status, oai_code = 404, "noRecordsMatch"
