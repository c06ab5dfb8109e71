"""A real Virtuoso for tests, on loopback: Debian's program, in a folder of its own, with its usual user."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oxigraph_server import free_port, wait_for

USER = PASSWORD = "dba"
_SETTINGS = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
"""


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """A server over a folder that stays, at a port; gives the address of its query endpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "virtuoso.ini"
    settings.write_text(_SETTINGS.format(folder=folder, sql=free_port(), http=port))
    (folder / "v.lck").unlink(missing_ok=True)
    command = ["virtuoso-t", "+foreground", "+configfile", str(settings)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        wait_for(f"http://127.0.0.1:{port}/sparql")
        yield f"http://127.0.0.1:{port}/sparql"
    finally:
        process.terminate()
        process.wait(30)
