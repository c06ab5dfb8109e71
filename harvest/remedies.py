"""What a partner is told about each rule that had to act on its records, and what it can do. Pure."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Remedy(Struct, frozen=True):
    """What was found, and what the partner can do about it: English sentences, translated where they are told."""

    what: str
    fix: str


REMEDIES: Final[Mapping[str, Remedy]] = {
    # The answers of the server
    "encoding": Remedy(
        "Bytes are not in the encoding that the answer declares.",
        "Send UTF-8 throughout, and declare it in the XML declaration and in the HTTP header.",
    ),
    "text-before-root": Remedy(
        "Text stands before the XML document.",
        "Remove what the server prints before it: warnings of PHP, blank lines, a second declaration.",
    ),
    "text-after-root": Remedy(
        "Text stands after the end of the XML document.",
        "Remove what the server prints after it, such as statistics or comments of a template.",
    ),
    "illegal-character": Remedy(
        "Texts hold control characters that XML cannot hold.",
        "Take them out where records are entered or imported; they mostly come from copied PDF text.",
    ),
    "ampersand": Remedy(
        "A bare & or an HTML entity such as &nbsp; stands in the XML.",
        "Escape texts once, by an XML library: & becomes &amp;.",
    ),
    "undeclared-prefix": Remedy(
        "A namespace prefix is used without being declared.",
        "Declare each prefix (xsi, dc …) in the element that uses it or above it.",
    ),
    "namespace": Remedy(
        "The answer is not in the namespace of OAI-PMH.",
        "Put the root element into http://www.openarchives.org/OAI/2.0/.",
    ),
    "isolated": Remedy(
        "An answer as a whole is not well-formed; its records were read one by one.",
        "Look for the record in quarantine below: it costs other harvesters the whole page.",
    ),
    "truncated": Remedy(
        "An answer breaks off before its end.",
        "Raise the server's limits of time and memory, or send fewer records on a page.",
    ),
    "wrong-content-encoding": Remedy(
        "The HTTP header Content-Encoding does not say the truth.",
        "Compress in one place only, in the web server or in the application.",
    ),
    "day-granularity": Remedy(
        "Identify promises seconds, but only days are accepted in from and until.",
        "Say YYYY-MM-DD in granularity, or accept times too.",
    ),
    "list-restarted": Remedy(
        "A resumption token was no longer known in the middle of a list.",
        "Let tokens live for a day at least.",
    ),
    "error-beside-records": Remedy(
        "An answer holds both records and an error.",
        "Send either the one or the other.",
    ),
    "identify-unreadable": Remedy(
        "Identify could not be read.",
        "Ask the server for it in a browser and mend what it shows.",
    ),
    "response-date-missing": Remedy(
        "The responseDate is missing or no date.",
        "Write it in UTC with seconds, like 2026-03-01T12:00:00Z.",
    ),
    "datestamp-missing": Remedy(
        "Headers of records have no datestamp.",
        "Give each record the time of its last change; incremental harvests depend on it.",
    ),
    "namespace-unknown": Remedy(
        "The metadata are in a namespace that is not that of their format.",
        "Use the namespace that ListMetadataFormats announces.",
    ),
    # The words of the records
    "entities": Remedy(
        "Texts are escaped twice, so that readers see &eacute; in place of é.",
        "Store plain text, and escape it only once when XML is written.",
    ),
    "markup": Remedy(
        "HTML tags stand in texts.",
        "Send plain text in metadata and leave the layout to the page.",
    ),
    "language-word": Remedy(
        "Languages are written in words or in mixed codes.",
        "Write the ISO 639 code, such as fr, pt or fon.",
    ),
    "language-tag": Remedy(
        "Language tags of texts (xml:lang) are not in the standard form.",
        "Write them like fr, pt or pt-GW.",
    ),
    "text-language": Remedy(
        "Texts do not say in which language they are.",
        "Give titles and descriptions an xml:lang attribute.",
    ),
    "date-form": Remedy(
        "Dates are not in the standard form.",
        "Write a year, a month or a day, like 2024, 2024-05 or 2024-05-31.",
    ),
    "duration-form": Remedy(
        "Durations are not in the standard form.",
        "Write them like PT40H (40 hours) or P3M (3 months).",
    ),
    "keyword-list": Remedy(
        "Several keywords stand in one field.",
        "Repeat the field, with one keyword in each.",
    ),
    "contact-left-out": Remedy(
        "Telephone numbers and e-mail addresses of persons stand in the metadata.",
        "Name the organisation and its role mailbox; private contacts are not taken over.",
    ),
}
"""Rule -> what it says about the partner's records. Rules that only bring good words into this catalogue's own
vocabularies are no fault and are not here."""

NO_FAULT: Final = frozenset(
    {
        "keyword-word", "sector-word", "occupation-word", "resource-type-word", "country-word", "licence-word",
        "access-word", "adaptation-word", "level-word", "lom-word", "audience-word", "status-word",
        "adaptation-from-licence", "identifier-form", "media-type", "byte-size",
        "duplicate-differs", "identifier-shared", "choice",
    }
)  # fmt: skip
"""Rules that acted on words which were right in their own way."""
