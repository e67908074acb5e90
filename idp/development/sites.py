"""The member sites of a development copy, as data: one more line is one more site of `make run`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MemberSite:
    """One site: its package in relying_parties, how members know it, its port above PORT_BASE."""

    package: str
    name: str
    offset: int
    scope: str


SITES = (
    MemberSite(
        "espace_personnel", "Espace personnel", 1, "openid profile email phone member membership"
    ),
    MemberSite("avantage", "MGEN Avantage", 2, "openid membership"),
    MemberSite("forum", "Forum", 3, "openid roles"),
)
