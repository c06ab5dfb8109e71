"""What the portal asks of the services: the part of them that pages depend on."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from harvest.card import Card
from harvest.journal import Journal, Run
from harvest.links import Links
from harvest.source import Source
from repository.catalogue import Catalogue
from repository.duplicates import Duplicates
from repository.exchange.accounts import Accounts
from repository.questions import Questions
from repository.search import SearchIndex
from repository.settings import Settings
from sparql.catalogue import About
from sparql.dumps import Dumps
from vocabularies.curation import Curation
from vocabularies.terms import Terms


class Services(Protocol):
    """What views ask for. `base_url` and `base_iri` end in "/".

    `sources` gives every registered source with its last run; `projections` the change that each projection
    has reached, None before it was first built.
    """

    @property
    def settings(self) -> Settings: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def search(self) -> SearchIndex: ...
    @property
    def links(self) -> Links: ...
    @property
    def duplicates(self) -> Duplicates: ...
    @property
    def base_url(self) -> str: ...
    @property
    def base_iri(self) -> str: ...

    @property
    def accounts(self) -> Accounts: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def curation(self) -> Curation: ...
    @property
    def dumps(self) -> Dumps: ...

    def secret(self) -> bytes: ...
    def about(self) -> About: ...
    def terms(self) -> Terms: ...
    def card(self, source: str, most: int | None = None) -> Card: ...
    def sources(self) -> Sequence[tuple[Source, Run | None]]: ...
    def projections(self) -> Mapping[str, int | None]: ...
