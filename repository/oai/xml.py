"""OAI-PMH answers as bytes, built by joining strings: the fastest way, and every text passes `escape`.

The root element has no prefix, for clients that look for names and not for namespaces.
Source: OAI-PMH 2.0 sections 3.2 and 4; the implementation guidelines for `description` and `about`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from repository.formats.xml import escape
from repository.record import Text

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<OAI-PMH xmlns="{OAI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{OAI} {OAI}OAI-PMH.xsd">\n'
)
_DUBLIN_CORE: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{OAI}oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    f' xsi:schemaLocation="{OAI}oai_dc/ {OAI}oai_dc.xsd">'
)
_PROVENANCE: Final = (
    f'<about><provenance xmlns="{OAI}provenance" xsi:schemaLocation="{OAI}provenance {OAI}provenance.xsd">'
)
_CHARACTERS: Final = r"(?:[^%\[\]#\x00-\x1f]++|%[0-9A-Fa-f]{2})*+"
_ANY_URI: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:(?:(?!//)|//[A-Za-z0-9.\-]+(?::\d{1,5})?(?![^/?#]))|(?!//)(?=[^:]*\Z))"
    rf"{_CHARACTERS}(?:#{_CHARACTERS})?"
)


def is_any_uri(text: str) -> bool:
    """Whether `text` is surely a valid xs:anyURI; it may be one when this says no. Source: RFC 3986."""
    return _ANY_URI.fullmatch(text) is not None


def envelope(moment: str, base_url: str, arguments: Iterable[tuple[str, str]], content: Iterable[bytes]) -> bytes:
    """A whole answer. `moment` is the responseDate, `arguments` those to repeat, `content` ready elements in parts,
    which are joined here and nowhere before: a page is large enough for each copy of it to cost."""
    repeated = "".join(
        f' {name}="{escape(value)}"' for name, value in arguments if name != "identifier" or is_any_uri(value)
    )
    head = f"{_HEAD}<responseDate>{moment}</responseDate>\n<request{repeated}>{escape(base_url)}</request>\n"
    return b"".join((head.encode(), *content, b"\n</OAI-PMH>\n"))


def element(name: str, *content: bytes) -> tuple[bytes, ...]:
    """An element around ready bytes, such as a verb's, in parts."""
    return f"<{name}>\n".encode(), *content, f"</{name}>".encode()


def faults(told: Iterable[tuple[str, str]]) -> tuple[bytes, ...]:
    """One error element for each (code, sentence)."""
    return ("\n".join(f'<error code="{code}">{escape(words)}</error>' for code, words in told).encode(),)


def header(identifier: str, datestamp: str, sets: str, deleted: bool) -> str:
    """A record's header; `sets` are its set specs with a space between."""
    status = ' status="deleted"' if deleted else ""
    return (
        f"<header{status}><identifier>{identifier}</identifier><datestamp>{datestamp}</datestamp>"
        f"{_set_specs(sets)}</header>"
    )


@lru_cache(maxsize=4096)
def _set_specs(sets: str) -> str:
    """Few records have sets of their own, so most find theirs ready."""
    return "".join(f"<setSpec>{escape(spec)}</setSpec>" for spec in sets.split())


def record(head: str, metadata: bytes | None, about: str = "") -> tuple[bytes, ...]:
    """A record in parts, to be joined with those of its page; a withdrawn one has no metadata."""
    if metadata is None:
        return (f"<record>{head}</record>\n".encode(),)
    return f"<record>{head}<metadata>".encode(), metadata, f"</metadata>{about}</record>\n".encode()


def record_start(head: str) -> bytes:
    """A record up to its ready metadata and what is said about them, which `ready` makes."""
    return f"<record>{head}".encode()


def ready(metadata: bytes, about: str) -> bytes:
    """What of a record is kept ready: its metadata, and what is said about them."""
    return b"<metadata>%b</metadata>%b" % (metadata, about.encode())


def record_end(about: str) -> bytes:
    """The end of a record, before it what is said about it at the last moment."""
    return f"{about}</record>\n".encode()


def provenance(base_url: str, namespace: str, harvested: str) -> tuple[str, str]:
    """What the records of one harvest share of their `about`: before the identifier, and after the datestamp.

    Each was read and written anew, hence altered. Source: OAI-PMH implementation guidelines, provenance.
    """
    return (
        f'{_PROVENANCE}<originDescription harvestDate="{escape(harvested)}" altered="true">'
        f"<baseURL>{escape(base_url)}</baseURL><identifier>",
        f"</datestamp><metadataNamespace>{escape(namespace)}</metadataNamespace>"
        "</originDescription></provenance></about>",
    )


def token(value: str, cursor: int, size: int) -> bytes:
    """The resumptionToken element; an empty `value` ends a list that came in several pages."""
    return f'<resumptionToken completeListSize="{size}" cursor="{cursor}">{value}</resumptionToken>\n'.encode()


def dublin_core(texts: Sequence[tuple[str, Text]]) -> str:
    """An oai_dc element of (Dublin Core element, text), for descriptions of the repository and of its sets."""
    return "".join((_DUBLIN_CORE, *(_dublin_core(name, text) for name, text in texts), "</oai_dc:dc>"))


def _dublin_core(name: str, text: Text) -> str:
    language = f' xml:lang="{escape(text.language)}"' if text.language else ""
    return f"<dc:{name}{language}>{escape(text.value)}</dc:{name}>"


def set_entry(spec: str, name: str, description: str) -> bytes:
    """One set; `description` is a ready element."""
    return (
        f"<set><setSpec>{escape(spec)}</setSpec><setName>{escape(name)}</setName>"
        f"<setDescription>{description}</setDescription></set>\n"
    ).encode()


def metadata_format(prefix: str, schema: str, namespace: str) -> bytes:
    return (
        f"<metadataFormat><metadataPrefix>{escape(prefix)}</metadataPrefix><schema>{escape(schema)}</schema>"
        f"<metadataNamespace>{escape(namespace)}</metadataNamespace></metadataFormat>\n"
    ).encode()


def identify(facts: Sequence[tuple[str, str]], descriptions: Iterable[str]) -> bytes:
    """The content of Identify: (element, text) in the schema's order, then ready description elements."""
    told = [f"<{name}>{escape(value)}</{name}>\n" for name, value in facts]
    told += [f"<description>{each}</description>\n" for each in descriptions]
    return "".join(told).encode()


def _of_guideline(name: str, namespace: str, schema: str, attributes: str, content: str) -> str:
    """An element of the guidelines' containers, whose schemas stand at the addresses of their namespaces."""
    return f'<{name} xmlns="{namespace}" xsi:schemaLocation="{namespace} {schema}"{attributes}>{content}</{name}>'


def rights(reference: str) -> str:
    """An `about` with the address of the terms for a record's metadata. Source: guidelines, rights expressions."""
    content = f"<rightsReference>{escape(reference)}</rightsReference>"
    return f"<about>{_of_guideline('rights', f'{OAI}rights/', f'{OAI}rights.xsd', '', content)}</about>"


def rights_in_words(texts: Sequence[Text]) -> str:
    """An `about` with terms that have no address, as they were given."""
    words = dublin_core([("rights", text) for text in texts])
    content = f"<rightsDefinition>{words}</rightsDefinition>"
    return f"<about>{_of_guideline('rights', f'{OAI}rights/', f'{OAI}rights.xsd', '', content)}</about>"


def rights_manifest(reference: str) -> str:
    """Whose terms hold for the metadata of the repository's own records. Source: guidelines, rights expressions."""
    applies = f' appliesTo="{OAI}entity#metadata"'
    content = f"<rights><rightsReference>{escape(reference)}</rightsReference></rights>"
    return _of_guideline("rightsManifest", f"{OAI}rights/", f"{OAI}rightsManifest.xsd", applies, content)


def friends(addresses: Iterable[str]) -> str:
    """Other repositories that a harvester may want to know of. Source: guidelines, friends."""
    content = "".join(f"<baseURL>{escape(address)}</baseURL>" for address in addresses)
    return _of_guideline("friends", f"{OAI}friends/", f"{OAI}friends.xsd", "", content)


def branding(icon: str, link: str, title: str) -> str:
    """The repository's icon. Source: guidelines, branding."""
    inner = f"<url>{escape(icon)}</url><link>{escape(link)}</link><title>{escape(title)}</title>"
    return _of_guideline(
        "branding", f"{OAI}branding/", f"{OAI}branding.xsd", "", f"<collectionIcon>{inner}</collectionIcon>"
    )


def toolkit(title: str, version: str) -> str:
    """The software. Source: guidelines, toolkit."""
    namespace = "http://oai.dlib.vt.edu/OAI/metadata/toolkit"
    content = f"<title>{escape(title)}</title><version>{escape(version)}</version>"
    return _of_guideline("toolkit", namespace, "http://oai.dlib.vt.edu/OAI/metadata/toolkit.xsd", "", content)


def policies(texts: Iterable[tuple[str, str]]) -> str:
    """What the repository holds and who may do what with it: (element, text). Source: guidelines, eprints."""
    namespace = "http://www.openarchives.org/OAI/1.1/eprints"
    content = "".join(f"<{name}><text>{escape(text)}</text></{name}>" for name, text in texts)
    return _of_guideline("eprints", namespace, "http://www.openarchives.org/OAI/1.1/eprints.xsd", "", content)


def oai_identifier(namespace: str, sample: str) -> str:
    """How identifiers are made here. Source: OAI-PMH implementation guidelines, oai-identifier."""
    return (
        f'<oai-identifier xmlns="{OAI}oai-identifier" xsi:schemaLocation="{OAI}oai-identifier'
        f' {OAI}oai-identifier.xsd"><scheme>oai</scheme>'
        f"<repositoryIdentifier>{escape(namespace)}</repositoryIdentifier><delimiter>:</delimiter>"
        f"<sampleIdentifier>{escape(sample)}</sampleIdentifier></oai-identifier>"
    )
