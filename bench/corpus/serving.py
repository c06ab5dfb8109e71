"""A loopback server that gives each list out as its provider did, and counts what it gave."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bench.corpus.counting import in_answer
from bench.corpus.deliveries import Listing

_END: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    b"<responseDate>2026-01-01T00:00:00Z</responseDate><request/>"
    b"<ListRecords><resumptionToken/></ListRecords></OAI-PMH>"
)


class Partners:
    """Serves all listings, each under a path of its own; `offered` counts the records of each page once."""

    def __init__(self, listings: list[Listing]) -> None:
        self.listings = {f"/{number}": listing for number, listing in enumerate(listings)}
        self.served: dict[str, set[int]] = {path: set() for path in self.listings}
        self.port = 0

    def url(self, listing: Listing) -> str:
        return f"http://127.0.0.1:{self.port}{self._path(listing)}"

    def offered(self, listing: Listing) -> int:
        return sum(in_answer(listing.pages[number]) for number in self.served[self._path(listing)])

    def answer(self, path: str, question: dict[str, list[str]]) -> bytes | None:
        """The page that a request asks for, as it was recorded; None where there is none."""
        listing = self.listings.get(path)
        if listing is None or question.get("verb") != ["ListRecords"]:
            return None
        token = question.get("resumptionToken", [""])[0]
        number = 0
        if token:
            known = [html.unescape(each) for each in listing.tokens]
            if token not in known:
                return None
            number = known.index(token) + 1
        if number == len(listing.pages):
            return _END
        self.served[path].add(number)
        return listing.pages[number]

    def _path(self, listing: Listing) -> str:
        return next(path for path, each in self.listings.items() if each is listing)


@contextmanager
def serving(listings: list[Listing]) -> Iterator[Partners]:
    """Run the server until the block ends."""
    partners = Partners(listings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            body = partners.answer(address.path, parse_qs(address.query))
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: the table at the end tells everything."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    partners.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield partners
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
