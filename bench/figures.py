"""A measured figure, and how figures are shown."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `peer` names what was measured beside it in the same run, `peer_value` in the same unit."""

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """Our value over the peer's: above 1 is more, which is good for rates and bad for times and sizes."""
        return self.value / self.peer_value if self.peer_value else None

    def as_row(self) -> tuple[str, str, str, str]:
        beside = f"{self.peer} {self.peer_value:,.4g}" if self.peer_value is not None else ""
        return self.name, f"{self.value:,.4g} {self.unit}", beside, f"{self.ratio:.2f}" if self.ratio else ""

    def as_object(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}
