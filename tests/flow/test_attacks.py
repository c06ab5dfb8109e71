"""What strangers try on the portal: addresses that mean nothing, forged hosts, line ends in paths."""

import portal_catalogue as samples
import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("thing", ["/ns", "/dataset"])
@pytest.mark.parametrize("extension", ["nq", "ttl%00", "%0d%0aX-Evil:%201", "..%2f..%2fetc%2fpasswd", "TTL"])
def test_a_syntax_that_does_not_exist_is_nothing_at_that_address(
    portal: FlaskClient, thing: str, extension: str
) -> None:
    answer = portal.get(f"{thing}.{extension}", headers={"Accept": "*/*"})
    assert answer.status_code == 404, answer.text
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/fr", "/fr/"),
        ("/pt?q=a%26b", "/pt/?q=a%26b"),
        ("/fr//search", "/fr/search"),
        (f"/fr/kit//{samples.KIT}", f"/fr/kit/{samples.KIT}"),
    ],
)
def test_an_address_put_right_does_not_lead_to_a_forged_host(portal: FlaskClient, asked: str, place: str) -> None:
    """Caches keep a permanent redirect, and would hand the stranger's host to everybody."""
    answer = portal.get(asked, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, place)
    assert "evil.example" not in answer.text


def test_an_address_put_right_stays_below_the_path_of_the_catalogue(portal: FlaskClient) -> None:
    answer = portal.get("/fr", environ_overrides={"SCRIPT_NAME": "/catalogue"})
    assert answer.headers["Location"] == "/catalogue/fr/"
