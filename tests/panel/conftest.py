"""The panel's tests show real widgets on a real X server, and run real jobs for a host in memory."""

import pytest

from burnish.hosts.memory import MemoryHost
from burnish.language import use_language
from burnish.panel.controller import Controller
from panel_catalogue import noise
from panel_runs import MODEL
from x_server import qapp_args, x_server

__all__ = ["qapp_args", "x_server"]


@pytest.fixture
def host():
    return MemoryHost(noise(96, 64))


@pytest.fixture
def controller(qapp, shared_client, host):
    """A controller that has a fast model chosen and the module's warm worker at hand."""
    use_language("en")
    made = Controller(host, shared_client)
    made.state.choose_model(MODEL)
    yield made
    made.close()
    use_language()
