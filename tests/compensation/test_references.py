"""Credits and lines point at what exists: checked in sets, and refused as by a foreign key."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg2 import errors, extensions
from psycopg2.extensions import connection as PgConnection

from clients.models import Receipt
from compensation.models import CommissionLine, Credit
from salesorg.databases.clones import Clone
from tests.firm import Firm
from tests.waiting import PATIENCE, somebody_waits, until

CREDIT, LINE = "compensation_credit", "compensation_commissionline"
NOBODY = 999_999
NEVER_CHANGED = f"permission denied for table {CREDIT}"
"""Credits are computed anew, so that the application's role has no right to change one."""
POINTING = [
    (CREDIT, "branch_id"),
    (CREDIT, "home_id"),
    (CREDIT, "employee_id"),
    (CREDIT, "receipt_id"),
    (LINE, "branch_id"),
    (LINE, "employee_id"),
    (LINE, "plan_version_id"),
    (LINE, "receipt_id"),
]
POINTED_AT = ["clients_receipt", "staff_employee", "staff_branch", "rulebook_planversion"]


@pytest.fixture
def firm(db: None) -> Firm:
    return computed_firm()


def computed_firm() -> Firm:
    """A firm whose April is computed: three receipts of one person, credited and paid."""
    firm = Firm()
    anne = firm.seller("ZL")
    for _receipt in range(3):
        firm.sells(anne, "20000.00")
    firm.close(lock=False)
    return firm


def run(statement: str) -> None:
    """Run a statement by itself; what it refuses leaves nothing behind."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def put_back(table: str, **changes: object) -> str:
    """The statement that takes all rows of a table and puts them back with some columns changed."""
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    values = ", ".join(str(changes.get(name, name)) for name in names)
    return f"WITH gone AS (DELETE FROM {table} RETURNING *) INSERT INTO {table} SELECT {values} FROM gone"


def key_in_use(table: str) -> int:
    """The key of a row that credits and lines point at."""
    line = CommissionLine.objects.earliest("receipt_id")
    return dict(
        zip(POINTED_AT, (line.receipt_id, line.employee_id, line.branch_id, line.plan_version_id), strict=True)
    )[table]


@pytest.mark.parametrize(("table", "column"), POINTING)
def test_what_points_at_nothing_is_refused(firm: Firm, table: str, column: str) -> None:
    last_one = f"CASE receipt_id WHEN (SELECT max(id) FROM clients_receipt) THEN {NOBODY} ELSE {column} END"
    run(put_back(table))
    for statement in (put_back(table, **{column: last_one}), f"UPDATE {table} SET {column} = {last_one}"):
        with pytest.raises(DatabaseError, match=f"{column} = {NOBODY} is not in|{NEVER_CHANGED}"):
            run(statement)


@pytest.mark.parametrize("table", [CREDIT, LINE])
def test_a_receipt_counts_in_the_month_it_is_posted_in(firm: Firm, table: str) -> None:
    for statement in (put_back(table, month="DATE '2011-05-01'"), f"UPDATE {table} SET month = '2011-05-01'"):
        with pytest.raises(DatabaseError, match=f"receipt_id = .* is not in clients_receipt|{NEVER_CHANGED}"):
            run(statement)


def test_a_credit_to_nobody_points_at_nobody(firm: Firm) -> None:
    run(put_back(CREDIT, employee_id="NULL", reason="'closer_left'"))
    assert not Credit.objects.filter(employee__isnull=False).exists()


@pytest.mark.parametrize("table", POINTED_AT)
def test_what_is_pointed_at_stays(firm: Firm, table: str) -> None:
    key = key_in_use(table)
    for statement in (f"DELETE FROM {table} WHERE id = {key}", f"UPDATE {table} SET id = {NOBODY} WHERE id = {key}"):
        told = f"{table}: {key} is referenced from compensation_|permission denied for table rulebook_planversion"
        with pytest.raises(DatabaseError, match=told):
            run(statement)


def test_a_credited_receipt_stays_in_its_month(firm: Firm) -> None:
    with pytest.raises(IntegrityError, match=r"clients_receipt: .* is referenced from"):
        run("UPDATE clients_receipt SET posted_in = '2011-05-01'")


def test_what_nothing_points_at_may_go(firm: Firm) -> None:
    run("UPDATE clients_receipt SET amount = amount + 1")
    CommissionLine.objects.all().delete()
    Credit.objects.all().delete()
    run("UPDATE clients_receipt SET posted_in = '2011-05-01'")
    run("DELETE FROM clients_receipt")
    assert not Receipt.objects.exists()


class Two:
    """Two connections to one database, as the application's log-in: what one of them must wait for, it waits for."""

    def __init__(self, clone: Clone) -> None:
        url = clone.environment["DATABASE_URL"]
        self.first, self.second = psycopg2.connect(url), psycopg2.connect(url)

    def at_last(self, statement: str, then: Callable[[], None]) -> None:
        """Run a statement on the second connection; once it waits for the first, go on with that."""
        with ThreadPoolExecutor(1) as pool:
            ends = pool.submit(execute, self.second, statement)
            until(somebody_waits)
            then()
            ends.result(PATIENCE)

    def close(self) -> None:
        self.first.close()
        self.second.close()


@contextmanager
def connections(clone: Clone) -> Iterator[Two]:
    two = Two(clone)
    try:
        yield two
    finally:
        two.close()


def execute(connected: PgConnection, statement: str) -> None:
    with connected.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def credit_again(committed_db: Clone) -> str:
    """The statement that writes one credit of a firm that has none, though receipts to credit."""
    computed_firm()
    credit = Credit.objects.earliest("receipt_id")
    CommissionLine.objects.all().delete()
    Credit.objects.all().delete()
    return (
        f"INSERT INTO {CREDIT} (month, branch_id, home_id, receipt_id, employee_id, amount, reason) VALUES"
        f" ('2011-04-01', {credit.branch_id}, {credit.home_id}, {credit.receipt_id}, {credit.employee_id}, 1, '')"
    )


REMOVE = "DELETE FROM clients_receipt"


def test_who_removes_waits_for_who_points(committed_db: Clone, credit_again: str) -> None:
    with connections(committed_db) as two:
        execute(two.first, credit_again)
        with pytest.raises(errors.ForeignKeyViolation, match="is referenced from"):
            two.at_last(REMOVE, two.first.commit)


def test_who_points_waits_for_who_removes(committed_db: Clone, credit_again: str) -> None:
    with connections(committed_db) as two:
        execute(two.first, REMOVE)
        with pytest.raises(errors.ForeignKeyViolation, match="is not in clients_receipt"):
            two.at_last(credit_again, two.first.commit)


def test_who_pointed_in_vain_keeps_nobody_from_removing(committed_db: Clone, credit_again: str) -> None:
    with connections(committed_db) as two:
        execute(two.first, credit_again)
        two.at_last(REMOVE, two.first.rollback)
        two.second.commit()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("level", [extensions.ISOLATION_LEVEL_REPEATABLE_READ, extensions.ISOLATION_LEVEL_SERIALIZABLE])
def test_who_can_t_see_what_others_committed_is_refused(committed_db: Clone, credit_again: str, level: int) -> None:
    with connections(committed_db) as two:
        two.first.set_isolation_level(level)
        for statement in (credit_again, REMOVE):
            with pytest.raises(errors.FeatureNotSupported, match="READ COMMITTED only"):
                execute(two.first, statement)
            two.first.rollback()


EMPTY = (
    "TRUNCATE clients_receipt, clients_bankpair, compensation_correction, compensation_adjustment,"
    " compensation_rulingshare, compensation_branchsalesmove, disputes_dispute, disputes_party, disputes_evidence,"
    " disputes_pause, disputes_finding, disputes_findingshare, disputes_offer, disputes_offershare,"
    " disputes_offerconfirmation, disputes_ruling, disputes_violation"
)


@pytest.mark.roles
def test_nobody_empties_a_table_that_is_pointed_at(committed_db: Clone) -> None:
    computed_firm()
    owner = psycopg2.connect(committed_db.environment["DATABASE_OWNER_URL"])
    with pytest.raises(errors.ForeignKeyViolation, match="is referenced from"):
        execute(owner, EMPTY)
    owner.rollback()
    CommissionLine.objects.all().delete()
    Credit.objects.all().delete()
    execute(owner, EMPTY)
    owner.close()
