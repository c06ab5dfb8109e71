"""Everything built once and handed down: the only module that opens a catalogue and reads the clock."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

import pyoxigraph as ox

from harvest import card, unsure
from harvest.journal import Journal, Run
from harvest.links import Links
from harvest.source import Source
from repository import identity, rendering, review, settings
from repository.catalogue import Catalogue
from repository.conformity import Conformity
from repository.duplicates import Duplicates
from repository.errors import DataFolderUnusable, NewerCatalogue, NoCatalogue, OldCatalogue
from repository.exchange.accounts import Accounts
from repository.exchange.incoming import Incoming
from repository.projections import Follower, Projection
from repository.questions import Questions
from repository.search import SearchIndex, SearchProjection
from repository.settings import Settings
from repository.store import changes, schema
from repository.store.changes import Act
from repository.store.database import Database
from sparql.answers import engine, server
from sparql.catalogue import About
from sparql.counts import Counts
from sparql.dumps import Dump, Dumps, Kind, NoTriples
from sparql.graphs import Standing, TripleProjection
from sparql.graphs.remote import RemoteProjection
from sparql.plan import plan
from sparql.pool import checkpoints
from sparql.query import Answer, Limits, Plan, Question
from sparql.shortlinks import ShortLinks
from vocabularies import shipped, upstream
from vocabularies import store as vocabulary_store
from vocabularies.curation import Curation
from vocabularies.terms import Terms

DEFAULT_BASE: Final = "http://localhost:8000/"
_TERMS_SECONDS: Final = 1.0
_ADDRESS_FILE: Final = "address"

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is in all."""


def _silent(done: int, total: int) -> None:
    """For callers that show no progress."""


def now() -> datetime:
    """The time, for commands that open no catalogue."""
    return datetime.now(UTC)


class Services:
    """One catalogue, opened: its settings, its parts, and the addresses under which it stands.

    `base_url` is the address of this server, ending in "/"; `base_iri` the one under which IRIs are minted.
    """

    def __init__(self, held: Settings, base_url: str = "") -> None:
        self.settings = held
        self.base_url = base_url or _last_address(held.data)
        self.base_iri = held.base_iri or self.base_url
        self.database = Database(held.database_url)
        self.catalogue = Catalogue(self.database, self.terms, self.now)
        self.search = SearchIndex(held.data / "search")
        self.journal = Journal(self.database)
        self.links = Links(self.database)
        self.conformity = Conformity(self.database)
        self.questions = Questions(self.database)
        self.duplicates = Duplicates(self.database)
        self.incoming = Incoming(held.data / "incoming", self.now)
        self.accounts = Accounts(self.database, self.now, self.new_id)
        self.curation = Curation(self.catalogue, self.forget_terms, self.now, self.new_id)
        self.dumps = Dumps(held.data)
        self.short_links = ShortLinks(held.data / "links")
        self._engine = engine(held, held.data / "triples")
        self._terms: tuple[float, Terms] | None = None
        self._partners: tuple[float, list[Source] | None] = (0.0, None)
        self._terms_lock = Lock()

    def now(self) -> datetime:
        return now()

    def terms(self) -> Terms:
        """The vocabularies' snapshot, at most a second old."""
        with self._terms_lock:
            checked, held = self._terms or (0.0, None)
            if held is not None and time.monotonic() - checked < _TERMS_SECONDS:
                return held
            if held is None or held.version != vocabulary_store.version(self.database):
                held = vocabulary_store.snapshot(self.database, self.base_iri)
            self._terms = (time.monotonic(), held)
            return held

    def forget_terms(self) -> None:
        """Make the next look at the vocabularies a fresh one, after this process has changed them."""
        with self._terms_lock:
            self._terms = None

    def new_id(self) -> str:
        """A new UUID version 7, for records, acts and runs of our own."""
        return identity.native_id(time.time_ns() // 1_000_000, os.urandom(10))

    def act(self, who: str, why: str) -> Act:
        return Act(id=self.new_id(), who=who, why=why)

    def secret(self) -> bytes:
        """The key that signs resumption tokens and cookies, the same for all processes. Raises NoCatalogue where it
        is missing."""
        with self.database.reading() as connection:
            held = changes.read_meta(connection, "secret")
        if held is None:
            raise NoCatalogue(path=self.settings.data)
        return bytes.fromhex(held)

    def followers(self) -> dict[str, Follower]:
        """A follower for each projection, by name; only the process that holds the folder may run them."""
        held = self.settings
        standing = Standing(
            held.name,
            held.metadata_licence,
            held.admin_email,
            sources=self.journal.sources,
            clusters=self.duplicates,
            dumps=self.dumps,
        )
        triples: Projection = TripleProjection(standing)
        if held.sparql_engine:
            triples = RemoteProjection(server(held), self.base_iri, standing)
        projections: tuple[Projection, ...] = (SearchProjection(self.catalogue), triples)
        data = self.settings.data
        return {each.name: Follower(self.catalogue, each, data / each.name) for each in projections}

    def projections(self) -> dict[str, int | None]:
        """The change that each projection has reached, as its readers see it; None before it was first built, and
        where it is to be built anew because another version or base address has written it."""
        return {name: follower.reached() for name, follower in self.followers().items()}

    def answer_query(self, question: Question) -> Answer:
        """Ask the SPARQL engine that the settings name. Raises the errors of `sparql.errors`."""
        return self._engine.ask(question)

    @property
    def limits(self) -> Limits:
        """What one query may cost."""
        return self._engine.limits

    def data_version(self) -> str:
        """Names the data that a query would be asked of now; "" where the engine does not tell."""
        return self._engine.version()

    def plan_query(self, text: str) -> Plan:
        """The plan for a query that was admitted. Raises TextSearchForm, and SearchNotReady where it searches."""
        return plan(text, self._resources_with)

    def _resources_with(self, words: str, most: int) -> list[tuple[str, float]]:
        terms = self.terms()
        found = self.search.ranked(words, self.settings.default_language, most)
        return [(terms.resource_iri(id), score) for id, score in found]

    def partners(self) -> list[Source]:
        """Every registered source, at most a second old."""
        with self._terms_lock:
            checked, held = self._partners
            if held is None or time.monotonic() - checked >= _TERMS_SECONDS:
                held = self.journal.sources()
                self._partners = (time.monotonic(), held)
            return held

    def sources(self) -> list[tuple[Source, Run | None]]:
        """Every registered source with its last run, None where it was never harvested."""
        last = self.journal.last_runs()
        return [(source, last.get(source.id)) for source in self.journal.sources()]

    def card(self, source: str, most: int | None = None) -> card.Card:
        """The report card of a source, counted from at most `most` of its records. Raises UnknownSource."""
        return card.of_source(
            self.journal.source(source),
            catalogue=self.catalogue,
            journal=self.journal,
            links=self.links,
            conformity=self.conformity,
            moment=changes.written(self.now()),
            most=most,
        )

    def about(self) -> About:
        """What this installation says of itself as a dataset."""
        held = self.settings
        return About(base_iri=self.base_iri, title=held.name, licence=held.metadata_licence, email=held.admin_email)

    def today(self) -> str:
        """The day in UTC, as dumps are named."""
        return changes.written(self.now())[:10]

    def dump(self, kind: Kind, name: str, progress: Progress = _silent, note: Mapping[str, str] = {}) -> Dump:
        """Write everything that the triples say into files; a release without a name gets the next number. Raises
        NoTriples before there are any."""
        held = checkpoints.hold(self.settings.data / "triples")
        if held is None:
            raise NoTriples
        about = self.about()
        try:
            started = Dump(
                kind=kind,
                name=name,
                issued=changes.written(self.now()),
                version=checkpoints.version(held.path),
                base_iri=about.base_iri,
                title=about.title,
                licence=about.licence,
                counts=Counts(),
                note=dict(note),
            )
            return self.dumps.write(ox.Store.read_only(str(held.path)), started, progress)
        finally:
            held.release()

    def take_note(self) -> None:
        """Look at changed records for descriptions of one resource and for keywords that may mean a concept; what is
        only likely becomes a question."""
        moment = changes.written(self.now())
        self.duplicates.follow(self.catalogue, moment)
        unsure.follow(self.catalogue, self.journal, moment)

    def review_parts(self) -> review.Parts:
        """What the decisions of people are carried out with."""
        return review.Parts(
            self.catalogue, self.questions, self.duplicates, self.journal, self.now, self.settings.oai_namespace
        )

    def close(self) -> None:
        self._engine.close()
        self.database.close()


def open_services(data: Path, base_url: str = "") -> Services:
    """Open the catalogue in a data folder. Raises NoCatalogue, OldCatalogue, NewerCatalogue, InvalidSetting."""
    held = settings.read(data)
    if not held.database and not (data / "catalogue.sqlite").exists():
        raise NoCatalogue(path=data)
    services = Services(held, base_url)
    if not schema.is_current(services.database):
        _refuse_newer(services.database, data)
        raise (OldCatalogue if _has_tables(services.database) else NoCatalogue)(path=data)
    return services


def create(data: Path, chosen: dict[str, str], progress: Progress = _silent) -> Services:
    """Make a catalogue in a data folder, or bring the one that is there up to date; loads the vocabularies.

    `chosen` are settings to write into a new settings file. Raises DataFolderUnusable, NewerCatalogue.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        path = data / settings.FILE_NAME
        if not path.exists():
            text = settings.template(chosen)
            secret = {"database", "sparql_password"} & chosen.keys()  # an address may hold a password
            path.touch(0o600 if secret else 0o666)
            path.write_text(text, "utf-8")
    except OSError as error:
        raise DataFolderUnusable(path=data, reason=error.strerror or str(error)) from error
    services = Services(settings.read(data))
    _refuse_newer(services.database, data)
    schema.upgrade(services.database)
    _begin(services.database)
    load_shipped(services, progress)
    return services


def load_shipped(services: Services, progress: Progress = _silent) -> int:
    """Store the vocabularies that come with the software, over those of an older one and under what curators changed;
    returns how many concepts were new or changed."""
    act = services.act("mutualis", "shipped vocabularies")
    vocabularies, collections = shipped.load()
    changed = 0
    for number, vocabulary in enumerate(vocabularies):
        progress(number, len(vocabularies))
        stored = upstream.renew(services.database, vocabulary, act, services.now)
        changed += stored.created + stored.changed
    vocabulary_store.put_collections(services.database, collections, act, services.now)
    services.forget_terms()
    return changed


def renew_renderings(services: Services) -> int:
    """Render every record again where another version or base address has written the stored bytes.

    Returns how many came out differently. Whoever is the folder's follower calls this before anything else.
    """
    wanted = rendering.renderer(services.terms())
    with services.database.reading() as connection:
        held = changes.read_meta(connection, "renderer")
    if held == wanted:
        return 0
    renewed = services.catalogue.restamp(services.act("mutualis", f"renderer {wanted}"))
    with services.database.writing() as connection:
        changes.write_meta(connection, "renderer", wanted)
    return renewed


def remember_address(data: Path, base_url: str) -> None:
    """Note where the catalogue is served, for commands that run while it is not."""
    (data / _ADDRESS_FILE).write_text(base_url, "utf-8")


def _begin(database: Database) -> None:
    with database.writing() as connection:
        for name in ("epoch", "secret"):
            if changes.read_meta(connection, name) is None:
                changes.write_meta(connection, name, secrets.token_hex(8 if name == "epoch" else 32))


def _refuse_newer(database: Database, data: Path) -> None:
    if schema.is_newer(database):
        raise NewerCatalogue(path=data)


def _has_tables(database: Database) -> bool:
    with database.reading() as connection:
        return schema.revision(connection) is not None


def _last_address(data: Path) -> str:
    try:
        return (data / _ADDRESS_FILE).read_text("utf-8").strip() or DEFAULT_BASE
    except FileNotFoundError:
        return DEFAULT_BASE
