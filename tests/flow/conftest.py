"""The portal over a filled catalogue, for the tests that read its pages."""

from collections.abc import Iterator

import portal_rig
import pytest
from flask.testing import FlaskClient

from repository.app import create_app
from repository.services import Services


@pytest.fixture(scope="session")
def portal_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One catalogue for all tests that only read it."""
    services = portal_rig.opened(tmp_path_factory.mktemp("portal"))
    yield services
    services.close()


@pytest.fixture(scope="session")
def portal(portal_services: Services) -> FlaskClient:
    return create_app(portal_services).test_client()
