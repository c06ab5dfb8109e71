"""The servers that are measured: ours, and two peers over the same records, each through Flask."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import oai_repo
from flask import Flask, Response, request
from lxml import etree
from oaipmh import common
from oaipmh.metadata import MetadataRegistry
from oaipmh.server import BatchingServer, oai_dc_writer

from bench.oai_catalogue import FOLDER, NAMESPACE, PAGE, services
from repository.oai import views
from repository.store import tables

_XML = "text/xml; charset=utf-8"


def ours() -> Flask:
    """The provider over the catalogue in the folder that the environment names."""
    app = Flask("ours")
    app.register_blueprint(views.blueprint(services(Path(os.environ[FOLDER]))))
    return app


def oaipmh() -> Flask:
    """The `oaipmh` distribution's own server over the same records, held ready in memory, which flatters it."""
    app = Flask("oaipmh")
    registry = MetadataRegistry()
    registry.registerWriter("oai_dc", oai_dc_writer)
    server = BatchingServer(_Oaipmh(), registry, resumption_batch_size=PAGE)

    @app.get("/oai")
    def respond() -> Response:
        return Response(server.handleRequest(request.args.to_dict()), content_type=_XML)

    return app


def oai_repo_() -> Flask:
    """The server of the distribution `oai-repo`, whose data interface reads from the same database."""
    app = Flask("oai_repo")
    repository = oai_repo.OAIRepository(_OaiRepo())

    @app.get("/oai")
    def respond() -> Response:
        return Response(bytes(repository.process(request.args.to_dict())), content_type=_XML)

    return app


def _rows() -> list[tuple[str, str, str, bytes]]:
    """(id, datestamp, sets, ready oai_dc) of every record, in the order of the list."""
    columns = ("id", "datestamp", "sets", "oai_dc")
    with services(Path(os.environ[FOLDER])).catalogue.database.reading() as connection:
        words = f"SELECT {', '.join(columns)} FROM {tables.records.name} ORDER BY change"
        return [tuple(row) for row in connection.exec_driver_sql(words)]


def _metadata(ready: bytes) -> bytes:
    """The metadata element's content, out of what is kept ready."""
    return ready.removeprefix(b"<metadata>").partition(b"</metadata>")[0]


class _Oaipmh:
    """The interface that the peer asks for (oaipmh.interfaces.IBatchingOAI), over a list."""

    def __init__(self) -> None:
        self.held = [self._record(*row) for row in _rows()]

    @staticmethod
    def _record(id: str, datestamp: str, sets: str, oai_dc: bytes) -> tuple[Any, Any, None]:
        found: dict[str, list[str]] = {}
        for element in etree.fromstring(_metadata(oai_dc)):
            found.setdefault(etree.QName(element).localname, []).append(element.text or "")
        moment = datetime.fromisoformat(datestamp).replace(tzinfo=None)
        header = common.Header(None, f"oai:{NAMESPACE}:{id}", moment, sets.split(), False)
        return header, common.Metadata(None, found), None

    def identify(self) -> Any:
        moment = datetime(2026, 1, 1)
        return common.Identify(
            "bench", "http://bench.example.org/oai", "2.0", ["bench@example.org"], moment, "no",
            "YYYY-MM-DDThh:mm:ssZ", ["identity"],
        )  # fmt: skip

    def listRecords(self, cursor: int = 0, batch_size: int = 10, **_: Any) -> list[Any]:  # noqa: N802
        return self.held[int(cursor) : int(cursor) + int(batch_size)]

    def listIdentifiers(self, **given: Any) -> list[Any]:  # noqa: N802
        return [header for header, _, _ in self.listRecords(**given)]


class _OaiRepo(oai_repo.DataInterface):  # type: ignore[misc]
    """The interface that the peer asks for, over the same database: the ids of a page, then their headers, then their
    ready metadata, each in one query."""

    limit = PAGE

    def __init__(self) -> None:
        self.database = services(Path(os.environ[FOLDER])).database

    def _asked(self, words: str, *values: Any) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.exec_driver_sql(words, values))

    def _of_page(self, columns: str, identifiers: list[str]) -> list[Any]:
        """Columns of the records of a page, in the order of the identifiers."""
        ids = [each.rpartition(":")[2] for each in identifiers]
        marks = ", ".join("?" * len(ids))
        found = {row[0]: row for row in self._asked(f"SELECT id, {columns} FROM records WHERE id IN ({marks})", *ids)}
        return [found[id] for id in ids]

    def get_identify(self) -> Any:
        return oai_repo.Identify(
            repository_name="bench",
            base_url=f"http://{NAMESPACE}/oai",
            admin_email=["bench@example.org"],
            earliest_datestamp="2020-01-01T00:00:00Z",
            deleted_record="no",
            granularity="YYYY-MM-DDThh:mm:ssZ",
        )

    def is_valid_identifier(self, identifier: str) -> bool:
        return bool(self._of_page("change", [identifier]))

    def get_metadata_formats(self, identifier: str | None = None) -> list[Any]:
        namespace = "http://www.openarchives.org/OAI/2.0/oai_dc/"
        return [oai_repo.MetadataFormat("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", namespace)]

    def get_record_header(self, identifier: str) -> Any:
        return self.get_records_header([identifier])[0]

    def get_records_header(self, identifiers: list[str]) -> list[Any]:
        return [
            oai_repo.RecordHeader(identifier=f"oai:{NAMESPACE}:{id}", datestamp=stamp, setspecs=sets.split())
            for id, stamp, sets in self._of_page("datestamp, sets", identifiers)
        ]

    def get_record_metadata(self, identifier: str, metadataprefix: str) -> Any:
        return self.get_records_metadata([identifier], metadataprefix)[0]

    def get_records_metadata(self, identifiers: list[str], metadataprefix: str) -> list[Any]:
        return [etree.fromstring(_metadata(ready)) for _, ready in self._of_page("oai_dc", identifiers)]

    def get_record_abouts(self, identifier: str) -> list[Any]:
        return []

    def list_set_specs(self, identifier: str | None = None, cursor: int = 0) -> tuple[list[str], int, None]:
        return [], 0, None

    def list_identifiers(
        self, metadataprefix: str, since: Any = None, until: Any = None, spec: Any = None, cursor: int = 0
    ) -> tuple[list[str], int, None]:
        page = self._asked("SELECT id FROM records ORDER BY change LIMIT ? OFFSET ?", PAGE, cursor)
        ((size,),) = self._asked("SELECT count(*) FROM records")
        return [f"oai:{NAMESPACE}:{id}" for (id,) in page], size, None
