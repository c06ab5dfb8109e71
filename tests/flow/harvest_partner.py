"""A partner repository on loopback, in good and in bad behaviour, for the tests of the harvester."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

OAI = "http://www.openarchives.org/OAI/2.0/"
DATE = "2026-03-01T12:00:00Z"


class Reply(NamedTuple):
    """What the server sends. `promised` is the Content-Length it gives where it lies about it; `pieces` are sent
    with a pause of the server's own making between them."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/xml; charset=utf-8"),)
    promised: int | None = None


Question = dict[str, str]
Behaviour = Callable[[Question, int], Reply]
"""(the arguments of the request, how many requests came before) -> the reply."""


class Partner:
    """A running server: its base address and the questions it was asked, in their order."""

    def __init__(self, server: ThreadingHTTPServer, asked: list[Question]) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}/oai"
        self.asked = asked

    @property
    def lists(self) -> list[Question]:
        return [each for each in self.asked if each.get("verb") == "ListRecords"]


@contextmanager
def partner(behave: Behaviour) -> Iterator[Partner]:
    """Serve on a free port of loopback until the block ends."""
    asked: list[Question] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            question = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            question["path"] = urlsplit(self.path).path
            asked.append(question)
            reply = behave(question, len(asked) - 1)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(reply.promised or len(reply.body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # the client may be gone by now
                self.wfile.write(reply.body)
            if reply.promised is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Partner(server, asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def record(name: str, title: str = "Électricien bâtiment", *, date: str = DATE, deleted: bool = False) -> str:
    """One record in oai_dc, or a tombstone."""
    status = ' status="deleted"' if deleted else ""
    header = f"<header{status}><identifier>oai:partner:{name}</identifier><datestamp>{date}</datestamp></header>"
    return f"<record>{header}{'' if deleted else metadata(title)}</record>"


def metadata(title: str) -> str:
    return (
        '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
        "<dc:language>fr</dc:language></oai_dc:dc></metadata>"
    )


def page(*records: str, token: str | None = None, size: int | None = None, date: str = DATE) -> str:
    """A ListRecords answer; a token of "" ends a list that had several pages."""
    announced = "" if size is None else f' completeListSize="{size}"'
    given = "" if token is None else f"<resumptionToken{announced}>{token}</resumptionToken>"
    return envelope(f"<ListRecords>{''.join(records)}{given}</ListRecords>", date)


def error(code: str, text: str = "because") -> str:
    return envelope(f'<error code="{code}">{text}</error>')


def envelope(content: str, date: str = DATE) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="{OAI}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
        f"<responseDate>{date}</responseDate><request>http://partner.example/oai</request>{content}</OAI-PMH>"
    )


def identity(granularity: str = "YYYY-MM-DDThh:mm:ssZ") -> str:
    return envelope(
        "<Identify><repositoryName>Partner</repositoryName><baseURL>http://partner.example/oai</baseURL>"
        "<protocolVersion>2.0</protocolVersion><adminEmail>a@partner.example</adminEmail>"
        "<earliestDatestamp>2020-01-01</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
        f"<granularity>{granularity}</granularity></Identify>"
    )


def pages(*bodies: str | bytes, granularity: str = "YYYY-MM-DDThh:mm:ssZ") -> Behaviour:
    """Serve pages in their order by tokens "1", "2" ...; any body stands for itself, good or bad."""

    def behave(question: Question, _number: int) -> Reply:
        if question.get("verb") == "Identify":
            return Reply(identity(granularity).encode())
        body = bodies[int(question.get("resumptionToken", "0"))]
        return Reply(body if isinstance(body, bytes) else body.encode())

    return behave
