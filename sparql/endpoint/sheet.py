"""Answers as Excel workbooks."""

import tempfile
from collections.abc import Iterator
from threading import Lock
from typing import BinaryIO, Final, cast

from flask import Response, request

from repository.errors import NotAcceptable
from sparql import spreadsheet
from sparql.endpoint import presence, protocol
from sparql.endpoint.protocol import Services
from sparql.errors import EndpointBusy, TooManyForWorkbook
from sparql.query import Answer

_PIECE: Final = 1 << 16
_DATA: Final = "data"
_PATIENCE_SECONDS: Final = 5
_RETRY_SECONDS: Final = 5
_turn = Lock()
"""One workbook at a time in each web process."""


def _about(services: Services, answer: Answer, asked: protocol.Asked) -> dict[str, str]:
    """What the second sheet of a workbook tells: where, of which data and with which query the answer was found."""
    return {
        "Catalogue": services.settings.name,
        "Endpoint": f"{services.base_iri}sparql",
        "Data": answer.version,
        "Licence": services.settings.metadata_licence,
        "Rows": str(answer.rows),
        "Query": asked.text,
    }


def _answer(services: Services, asked: protocol.Asked) -> Answer:
    """The answer in JSON, of which a workbook is made. Raises NotAcceptable for a query that builds a graph."""
    client = protocol.client(request, services.settings)
    wanted = protocol.Asked(
        text=asked.text, default_graphs=asked.default_graphs, named_graphs=asked.named_graphs, format="json"
    )
    try:
        question = protocol.question(wanted, "", services, client, presence.watching(request.environ))
    except NotAcceptable as error:
        raise NotAcceptable(asked=asked.format, offered=error.values["offered"]) from None
    return services.answer_query(question)


def workbook(services: Services, asked: protocol.Asked) -> Response:
    """The answer to a query as an Excel workbook. Raises what asking raises, and NotAcceptable for a graph."""
    answer = _answer(services, asked)
    output = tempfile.TemporaryFile()  # noqa: SIM115 closed with the response
    with answer.file:
        if answer.rows > spreadsheet.MOST_ROWS:
            output.close()
            raise TooManyForWorkbook(most=spreadsheet.MOST_ROWS)
        if not _turn.acquire(timeout=_PATIENCE_SECONDS):
            output.close()
            raise EndpointBusy(seconds=_RETRY_SECONDS)
        try:
            spreadsheet.write(answer.file, _about(services, answer, asked), cast(BinaryIO, output))
        finally:
            _turn.release()
    size = output.tell()
    output.seek(0)
    response = Response(_pieces(cast(BinaryIO, output)), content_type=spreadsheet.MEDIA_TYPE)
    response.call_on_close(output.close)
    response.headers["Content-Length"] = str(size)
    response.headers["X-Rows"] = str(answer.rows)
    response.headers["X-Data-Version"] = answer.version
    response.headers["Link"] = protocol.links(asked, services.base_iri)
    response.headers["Content-Disposition"] = f'attachment; filename="mutualis-{answer.change or _DATA}.xlsx"'
    return response


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
