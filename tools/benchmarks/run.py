"""What every bench is told."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Run:
    """The program that is measured, and how thoroughly."""
    loksync: str
    quick: bool = False
    # Loads that take many minutes.
    full: bool = False
    # Of `upload`: (devices, blocks), or all.
    loads: tuple = ()
    # Of `day`.
    rate: int = 10_400
    # Of `bytes`.
    seed: int = 2
    groups: int = 10
    meetings: int = 36
    links: bool = False

    def rounds(self, usual=5):
        """Never fewer than five, but where nobody will compare."""
        return 2 if self.quick else max(5, usual)
