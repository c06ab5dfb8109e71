"""Publishing a list: the gate, the release, what it carries into the records, and what had waited for its new terms."""

from collections.abc import Mapping

from repository.exchange.accounts import Account
from vocabularies import inspection, words
from vocabularies.curation import Carried, Curation
from vocabularies.journal import Release


def publish(curation: Curation, scheme: str, account: Account, notes: Mapping[str, str]) -> tuple[Release, Carried]:
    """Publish what is drafted in a scheme. Raises SchemeNotFound, GateClosed, NothingToPublish."""
    curation.working().scheme(scheme)
    inspection.pass_gate(curation, scheme)
    inspected = inspection.inspect(curation, scheme)
    release, carried = curation.publish(scheme, account, notes)
    inspection.note_counts(curation, scheme, release.number, inspected)
    new = {each.iri for each in curation.differing(scheme, release.number) if each.before is None}
    given = words.give_new(curation, new)
    return release, Carried(carried.records + given, carried.rendered)
