"""Whatever files come one after the other: no crash, one member a NIR, nothing moved in silence."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from sqlalchemy import delete

from idp.accounts import register
from idp.models import Channel, Member
from idp.storage.engine import Database
from tests import factories
from tests.accounts import register_support as support
from tests.accounts.register_support import Import, lines_of, person, register_of

LINES = st.builds(
    person,
    st.integers(1, 4),
    nir=st.sampled_from(["", *(support.nir(rank) for rank in range(1, 4))]),
    email=st.sampled_from(["", "un@exemple.test", "deux@exemple.test"]),
    city=st.sampled_from(["Villefictive", "Autreville"]),
    status=st.sampled_from(["active", "left"]),
)
FILES = st.lists(st.lists(LINES, min_size=1, max_size=7), min_size=1, max_size=3)


def nirs(database: Database) -> dict[object, str]:
    """Member number by NIR."""
    held = register_of(database)
    found = {values["nir"]: number for number, values in held.items() if values["nir"]}
    assert len(found) == sum(values["nir"] is not None for values in held.values())
    return found


@given(FILES, st.sampled_from([1, 2, 200]))
@tuned(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_files_one_after_the_other(
    database: Database, files: list[list[dict[str, str]]], batch: int
) -> None:
    with database.writing() as session:
        session.execute(delete(Channel))
        session.execute(delete(Member))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register, "BATCH", batch)
        for people in files:
            imported(database, people)


def imported(database: Database, people: list[dict[str, str]]) -> None:
    """Import a file, dry and in earnest, and once more; check what must hold."""
    lines, before = lines_of(*people), nirs(database)
    dry = Import(database, lines, dry_run=True)
    done = Import(database, lines)
    assert sum(getattr(done.counts, name) for name in COUNTED) == len(people)
    after = nirs(database)
    told = {people[line - 2]["member_number"] for line, _, _, why in done.said() if "moved" in why}
    assert {after[nir] for nir, was in before.items() if after.get(nir, was) != was} <= told
    assert (dry.counts, dry.said()) == (done.counts, done.said())
    kept, told = support.rows_of(database), len(factories.mails(database))
    again = Import(database, lines)
    assert support.rows_of(database) == kept
    assert len(factories.mails(database)) == told
    assert again.counts.unchanged == len(people) - done.counts.refused


COUNTED = ("created", "updated", "unchanged", "refused")
