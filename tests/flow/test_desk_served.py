"""The workbench as it is served: several web processes, one librarian, and what partners and researchers see of it."""

import re
import urllib.parse
import urllib.request
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path

from command_rig import EXAMPLES, PATIENCE, Served, caught_up, report, serving, until
from desk_rig import PASSWORD

LIST = "en/workbench/list/occupation"


class Librarian:
    """A browser with a jar of cookies, on the wire."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def read(self, path: str) -> str:
        request = urllib.request.Request(self.served.address + path, headers={"Accept": "text/html"})
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def send(self, path: str, **fields: str) -> str:
        """Fill in the form of a page and follow where it leads."""
        word = re.search(r'name="csrf_token" value="([^"]+)"', self.read(path))
        assert word
        data = urllib.parse.urlencode({"csrf_token": unescape(word[1]), **fields}).encode()
        request = urllib.request.Request(self.served.address + path, data, headers={"Accept": "text/html"})
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return str(answer.read().decode())


def test_from_the_first_administrator_to_what_a_researcher_sees(tmp_path: Path) -> None:
    data = tmp_path / "data"
    report(data, "init")
    report(data, "import", EXAMPLES / "sample" / "bj.jsonld")
    with serving(data) as served:
        old = "https://w3id.org/mutualis/vocabulary/occupation/electricien-batiment"
        query = f"SELECT (COUNT(*) AS ?n) {{ ?r <https://w3id.org/mutualis/ns#occupation> <{old}> }}"
        before = served.select(query)
        assert before > ["1"]
        told = report(data, "user", "add", "chef@example.org", "--language", "en")
        path = urllib.parse.urlsplit(told["invitation"]).path.lstrip("/")
        librarian = Librarian(served)
        assert "welcome" in librarian.send(path, password=PASSWORD)
        for _ in range(8):  # whichever process answers knows the session
            assert "chef@example.org" in librarian.read("en/workbench/account")
        names = {"pref_label.fr": "Vitrier marin", "pref_label.pt": "Vidraceiro naval"}
        assert "Saved as a draft" in librarian.send(f"{LIST}/new", why="demandé", **names)
        assert served.get("vocabulary/occupation/vitrier-marin.ttl")[0] == 404
        page = librarian.send(f"{LIST}/merge/electricien-batiment", into="soudeur", why="essai")
        assert "Drafted" in page
        page = librarian.send(f"{LIST}/drafts", **{"notes.fr": "Essai."})
        found = re.search(r"Resources with another term: (\d+)", page)
        assert found and int(found[1]) > 0
        until(lambda: served.get("vocabulary/occupation/vitrier-marin.ttl")[0] == 200, "the new term")
        until(lambda: caught_up(served), "search and SPARQL")
        assert served.select(query) == ["0"]
        assert served.select(f"SELECT ?new {{ <{old}> <http://purl.org/dc/terms/isReplacedBy> ?new }}")
        act = re.search(r'name="undo" value="([^"]+)"', librarian.read(f"{LIST}/history"))
        assert act
        assert "Taken back" in librarian.send(f"{LIST}/history", undo=act[1], why="fin")
        until(lambda: caught_up(served), "search and SPARQL")
        until(lambda: served.select(query) == before, "records and kits to be what they were")
    assert report(data, "vocabulary", "check", "occupation")["outcome"] == "complete"
    assert report(data, "user", "list")["accounts"][0]["state"] == "active"
