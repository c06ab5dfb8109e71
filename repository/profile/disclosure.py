"""What anybody may know of a record: the metadata are open to all, the files follow the resource's policy.

Every writer for a public interface writes the disclosed record; the stored one alone keeps where the files are.
"""

from typing import Final

import msgspec

from repository.namespaces import VOCABULARY
from repository.record import Distribution, Record
from vocabularies.terms import Terms

OPEN: Final = f"{VOCABULARY}access/open"


def files_are_open(record: Record) -> bool:
    """Whether everybody may know where the files are.

    A harvested record that states no policy is shown as its partner publishes it; one of our own is not.
    """
    return record.access == OPEN or (record.access is None and bool(record.catalog_record))


def disclosed(record: Record, terms: Terms) -> Record:
    """The record without the addresses of files that are not for everybody.

    Each distribution then points to the resource itself, where a reader learns how to ask for the files.
    """
    if files_are_open(record) or not record.distribution:
        return record
    address = terms.resource_iri(record.id)
    return msgspec.structs.replace(record, distribution=tuple(_hidden(each, address) for each in record.distribution))


def _hidden(each: Distribution, address: str) -> Distribution:
    return msgspec.structs.replace(each, access_url=address, download_url=None)
