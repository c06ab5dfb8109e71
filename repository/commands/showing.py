"""What several commands show: the addresses of a server, and the way from a write to what readers find."""

from repository.console import Console
from repository.following import catch_up_unless_served
from repository.services import Services


def tell_addresses(console: Console, addresses: dict[str, str]) -> None:
    """What is served where, a line each, and how to stop it."""
    width = max(len(console.text(label)) for label in addresses)
    for label, address in addresses.items():
        console.say("{label}  {address}", label=console.text(label).ljust(width), address=address)
    console.say("Ctrl-C stops it.")


def make_visible(services: Services, console: Console) -> None:
    """Bring search and SPARQL up to date after a write, unless a server is running that does it anyway."""
    with console.progress("Bringing search and SPARQL up to date") as advance:
        catch_up_unless_served(services, advance)
