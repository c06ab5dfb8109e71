"""The portal served on loopback, and pages of it opened in a real browser at a chosen width.

A browser without a window is never narrower than 500 pixels, so a page is opened in a frame of the width that is
wanted; the frame's page measures it and writes what it found into its own document.
"""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import portal_rig
import pytest
from lxml import html
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from repository.app import create_app

_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--enable-logging=stderr",
    "--window-size=1400,1000",
    "--virtual-time-budget=8000",
    "--dump-dom",
)

Browse = Callable[[str, int], dict[str, Any]]

_FRAME = """<!doctype html><title>frame</title><body style="margin:0"><pre id="found"></pre><iframe id="page" src="%s"
width="%d" height="900"></iframe><script>
const frame = document.getElementById("page");
frame.addEventListener("load", () => {
  const page = frame.contentDocument, root = page.documentElement;
  const wide = [...page.querySelectorAll("body *")].filter(each => {
    const style = frame.contentWindow.getComputedStyle(each), box = each.getBoundingClientRect();
    const hidden = !box.width || style.position === "absolute" || each.closest(".scroll, pre");
    return !hidden && box.right > root.clientWidth + 1;
  }).map(each => each.tagName + "." + each.className);
  const pressed = [...page.querySelectorAll("nav a, button")].map(each => each.getBoundingClientRect());
  const small = pressed.filter(box => box.width && box.height < 24);
  document.getElementById("found").textContent = JSON.stringify({
    width: root.clientWidth, scroll: root.scrollWidth, wide: wide, small: small.length,
    styled: frame.contentWindow.getComputedStyle(page.querySelector("header")).backgroundColor,
    bytes: frame.contentWindow.performance.getEntries()
      .filter(each => each.entryType === "navigation" || each.entryType === "resource")
      .reduce((sum, each) => sum + each.transferSize, 0)});
});
</script>"""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the portal on loopback, which may be framed by the test's own page."""
    services = portal_rig.opened(tmp_path_factory.mktemp("browsed"))
    app = create_app(services)

    @Request.application
    def framed(request: Request) -> Response:
        if request.path == "/frame":
            return Response(_FRAME % (request.args["page"], int(request.args["width"])), content_type="text/html")
        answer = Response.from_app(app, request.environ)
        policy = answer.headers["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        answer.headers["Content-Security-Policy"] = policy
        return answer

    server = make_server("127.0.0.1", 0, framed, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    services.close()


@pytest.fixture(scope="session")
def browse(
    chromium: Path, served: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, int], dict[str, Any]]:
    """Opens a path at a width; gives what the browser measured and, under "console", what it complained of."""
    profile = tmp_path_factory.mktemp("chromium")

    def look(path: str, width: int) -> dict[str, Any]:
        address = f"{served}/frame?page={quote(path)}&width={width}"
        options = [*_OPTIONS, f"--user-data-dir={profile}"]
        done = subprocess.run([chromium, *options, address], capture_output=True, timeout=90, check=True)
        found = html.document_fromstring(done.stdout).xpath("//pre[@id='found']")[0].text
        complaints = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
        return {**json.loads(found), "console": complaints}

    return look
