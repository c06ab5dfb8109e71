"""Whether whoever asked is still connected, told by the kernel's own table."""

import socket
import sys
import time

import pytest

from sparql.endpoint import presence

CLIENT = "127.0.0.77"


@pytest.mark.skipif(sys.platform != "linux", reason="the table is Linux's")
def test_a_client_is_there_until_it_closes() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        client = socket.create_connection(listening.getsockname(), source_address=(CLIENT, 0))
        ours, _ = listening.accept()
        with ours:
            assert presence.is_there(CLIENT)
            client.close()
            deadline = time.monotonic() + 5
            while presence.is_there(CLIENT) and time.monotonic() < deadline:
                time.sleep(0.01)
            assert not presence.is_there(CLIENT)


def test_an_address_that_is_none_is_thought_to_be_there() -> None:
    assert presence.is_there("unix:")


def test_only_our_own_server_is_watched() -> None:
    assert presence.watching({"REMOTE_ADDR": CLIENT, "SERVER_SOFTWARE": "Werkzeug"}) is None
    watched = presence.watching({"REMOTE_ADDR": CLIENT, "SERVER_SOFTWARE": "Granian"})
    assert watched is not None
    assert not watched() or sys.platform != "linux"
