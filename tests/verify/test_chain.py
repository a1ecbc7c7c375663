"""Whoever owns the database can rewrite a locked month so that all in it agrees: the chain tells which it was."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from monthend.lock.selectors_chain import check_chain, link_at, short_code
from monthend.lock.selectors_seal import SEALED, columns, seal_of
from monthend.models import MonthRun
from rulebook.month import Month
from salesorg.databases.clones import Databases, connected_to
from salesorg.databases.database import connected_as
from salesorg.logs import Discreet
from tests.firm import APRIL, JUNE, MAY, Firm
from workbooks.xlsx.reading import read_sheets

MONTHS = (APRIL, MAY, JUNE)
NAMES = {APRIL: "2011年4月", MAY: "2011年5月", JUNE: "2011年6月"}


@dataclass(frozen=True)
class Sealed:
    """A database of three locked months, and what left it: a workbook of each, their links, the log."""

    name: str
    folder: Path
    links: dict[Month, str]

    def workbook(self, month: Month) -> Path:
        return self.folder / f"{month}.xlsx"

    @property
    def log(self) -> Path:
        return self.folder / "worker.log"


@pytest.fixture(scope="module")
def sealed(
    databases: Databases,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sealed]:
    """Three months locked at the console; what leaves the database with each is kept."""
    folder = tmp_path_factory.mktemp("kept")
    with django_db_blocker.unblock(), databases.clone() as clone:
        handler = logging.FileHandler(folder / "worker.log")
        handler.setFormatter(Discreet("{asctime} {levelname} {name}: {message}", style="{"))
        logging.getLogger("monthend.actions_lock").addHandler(handler)
        firm = Firm()
        anne = firm.seller("ZL")
        for month in MONTHS:
            firm.sells(anne, "30000.00", f"{month.number:02}-15")
            firm.close(month)
            call_command("export_payroll", str(month), output=folder / f"{month}.xlsx", stdout=StringIO())
        logging.getLogger("monthend.actions_lock").removeHandler(handler)
        handler.close()
        yield Sealed(clone.name, folder, {month: link_at(month) for month in MONTHS})


@pytest.fixture
def owned(sealed: Sealed, django_db_blocker: DjangoDbBlocker) -> Iterator[Sealed]:
    """The same as the database's owner, whom no trigger stops; what a test does to it is taken back."""
    owner = connected_as(connection, settings.DATABASE_OWNER)
    with django_db_blocker.unblock(), connected_to(sealed.name), owner, transaction.atomic():
        yield sealed
        transaction.set_rollback(True)


def owner_does(*statements: str) -> None:
    """Past all triggers."""
    with connection.cursor() as cursor:
        for table in ("compensation_payslip", "monthend_monthrun", "monthend_monthverification", "periods_period",
                      "monthend_monthstep", "monthend_monthtransition"):  # fmt: skip
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def rewrite_rows(month: Month = MAY) -> None:
    owner_does(f"UPDATE compensation_payslip SET bank_account = '6222' WHERE month = '{month.first}'")


def rewrite_with_seal(month: Month = MAY) -> None:
    """The month, its seal and the verification that agreed with it."""
    rewrite_rows(month)
    run = MonthRun.objects.get(month=month, state="locked")
    owner_does(
        f"UPDATE monthend_monthrun SET seal = '{seal_of(month)}' WHERE id = {run.pk}",
        f"UPDATE monthend_monthverification SET seal = '{seal_of(month)}' WHERE run_id = {run.pk}",
    )


def rewrite_all(month: Month = MAY, until: Month = JUNE) -> None:
    """The month with its seal, and the links from there on, computed anew by the database's own function."""
    rewrite_with_seal(month)
    again = [one for one in MONTHS if month <= one <= until]
    owner_does(
        "CREATE TRIGGER again BEFORE UPDATE ON monthend_monthrun FOR EACH ROW EXECUTE FUNCTION link_seal()",
        *(f"UPDATE monthend_monthrun SET state = state WHERE month = '{one.first}'" for one in again),
    )


def remove(month: Month) -> None:
    runs = f"SELECT id FROM monthend_monthrun WHERE month = '{month.first}'"
    owner_does(
        *(f"DELETE FROM monthend_month{kind} WHERE run_id IN ({runs})"
          for kind in ("verification", "transition", "step")),
        f"DELETE FROM monthend_monthrun WHERE month = '{month.first}'",
        f"DELETE FROM periods_period WHERE month = '{month.first}'",
    )  # fmt: skip


def verify_chain(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_chain", *arguments, stdout=out)
    return out.getvalue()


def found(*arguments: str) -> list[str]:
    """What the command finds, without what to do about it."""
    with pytest.raises(CommandError) as refused:
        verify_chain(*arguments)
    assert refused.value.returncode == 1
    *sentences, advice = str(refused.value).splitlines()
    assert advice.startswith("怎么办：")
    return sentences


def head(month: Month, sealed: Sealed) -> list[str]:
    return ["--head", short_code(sealed.links[month]), "--month", str(month)]


def test_an_untouched_chain_says_how_far_it_is_proven(owned: Sealed) -> None:
    links = [f"{month}：封存链码 {owned.links[month]}" for month in MONTHS]
    alone = verify_chain().splitlines()
    assert alone[:3] == links
    assert alone[3].startswith("数据、封存校验码与封存链彼此一致。但仅凭数据库内部一致，不能证明")
    for kept in (["--against", str(owned.workbook(JUNE))], ["--against", str(owned.log)], head(JUNE, owned)):
        assert verify_chain(*kept).splitlines()[3:] == ["截至2011年6月，各月锁定后均未被改写：封存链与留存的链码一致。"]
    until_may = verify_chain(*head(MAY, owned)).splitlines()[-1]
    assert until_may.startswith("截至2011年5月，各月锁定后均未被改写")
    assert until_may.endswith("其后各月只是彼此一致，请再用更晚的链码对照。")


def test_the_code_leaves_the_database_with_workbook_and_log(owned: Sealed) -> None:
    assert len(set(owned.links.values())) == len(MONTHS)
    logged = owned.log.read_text()
    for month, link in owned.links.items():
        sheets = {sheet.title: list(sheet.rows) for sheet in read_sheets(owned.workbook(month).read_bytes())}
        assert list(sheets)[-1] == "封存"
        assert [str(cell) for cell in sheets["封存"][1][1].values()][:2] == [str(month), link]
        assert f"locked month={month} seal={seal_of(month)} link={link}\n" in logged


def test_rows_that_are_not_those_sealed_are_found(owned: Sealed) -> None:
    rewrite_rows()
    assert found() == ["2011年5月被改写：数据与封存时不符。"]


def test_a_month_rewritten_with_its_seal_is_found(owned: Sealed) -> None:
    rewrite_with_seal()
    assert found() == [
        "2011年5月或2011年4月被改写：2011年5月的链码与其封存校验码及上月链码对不上。用留存的2011年4月链码对照可知是哪个月。"
    ]
    assert found(*head(APRIL, owned)) == ["2011年5月被改写：其链码与封存校验码对不上。"]


def test_the_first_month_has_nobody_before_it(owned: Sealed) -> None:
    rewrite_with_seal(APRIL)
    assert found() == ["2011年4月被改写：其链码与封存校验码对不上。"]


def test_a_link_computed_anew_breaks_the_next(owned: Sealed) -> None:
    rewrite_all(until=MAY)
    [sentence] = found()
    assert sentence.startswith("2011年6月或2011年5月被改写")


@pytest.mark.parametrize(
    "column", ["locked_at = locked_at - interval '1 microsecond'", "branch_names = '{}'", "month = '2011-07-01'"]
)
def test_what_else_is_linked_is_found(owned: Sealed, column: str) -> None:
    owner_does(f"UPDATE monthend_monthrun SET {column} WHERE month = '2011-06-01'")
    assert found()


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [
        (lambda sealed: ["--against", str(sealed.workbook(MAY))], "2011年5月或此前（自2011年4月起）某月被改写"),
        (lambda sealed: ["--against", *map(str, map(sealed.workbook, MONTHS))], "2011年5月被改写"),
        (lambda sealed: ["--against", str(sealed.log)], "2011年5月被改写"),
        (lambda sealed: [*head(JUNE, sealed), *head(APRIL, sealed)], "2011年6月或此前（自2011年5月起）某月被改写"),
    ],
    ids=["its workbook", "all workbooks", "the log", "typed codes"],
)
def test_all_seals_and_links_computed_anew_are_found_by_what_was_kept(
    owned: Sealed, kept: Callable[[Sealed], list[str]], sentence: str
) -> None:
    rewrite_all()
    assert "不能证明" in verify_chain(), "inside the database all agrees"
    [told] = found(*kept(owned))
    assert told.startswith(sentence)
    assert "留在库外" in told


def test_a_month_taken_out_is_found(owned: Sealed) -> None:
    remove(MAY)
    assert found() == ["缺少2011年5月：该月曾锁定，已从封存链中移除。"]


def test_the_last_month_taken_out_is_found_by_what_was_kept(owned: Sealed) -> None:
    remove(JUNE)
    assert "不能证明" in verify_chain()
    [told] = found("--against", str(owned.log))
    assert told.startswith("2011年6月锁定后，封存链码")
    assert told.endswith("现在该月不在锁定状态。")


def test_a_month_without_what_locked_it_is_found(owned: Sealed) -> None:
    owner_does("UPDATE monthend_monthrun SET state = 'replaced', locked_at = NULL, locked_at_console = false,"
               " seal = '', link = '' WHERE month = '2011-06-01'")  # fmt: skip
    assert found() == ["2011年6月记为已锁定，但锁定时的封存已不存在。"]


def test_what_cannot_be_compared_is_told_apart(owned: Sealed, tmp_path: Path) -> None:
    empty, cut, planted = tmp_path / "empty.log", tmp_path / "cut.xlsx", tmp_path / "planted.log"
    empty.write_text("nothing was locked\n")
    line = f"monthend.actions_lock: locked month=2011-13 seal={'b' * 64} link={'a' * 64}"
    planted.write_text(f"2011-06-08 10:02:11,204 INFO {line}\n")
    cut.write_bytes(owned.workbook(MAY).read_bytes()[:900])
    for arguments, told in (
        (["--against", str(empty)], "没有封存链码"),
        (["--against", str(planted)], "没有封存链码"),
        (["--against", str(cut)], "cut.xlsx: 文件已损坏"),
        (["--against", str(tmp_path / "none.xlsx")], "无法读取"),
        (["--head", owned.links[MAY][:15], "--month", "2011-05"], "至少需要前 16 位"),
        (["--head", owned.links[MAY], "--month", "2011-5"], "不是月份"),
        (["--head", owned.links[MAY]], "每个 --head"),
    ):
        with pytest.raises(CommandError, match=told) as refused:
            verify_chain(*arguments)
        assert refused.value.returncode == 2


def test_what_others_have_logged_is_no_log_of_a_lock(owned: Sealed, tmp_path: Path) -> None:
    """Anybody's words are logged, a path that isn't there with them: none of them is taken for the lock's own line."""
    log, forged = tmp_path / "site.log", f"locked month=2011-05 seal={'b' * 64} link={'a' * 64}"
    line = f"2011-06-08 10:02:11,204 INFO monthend.actions_lock: {forged}"
    handler = logging.FileHandler(log)
    handler.setFormatter(Discreet("{asctime} {levelname} {name}: {message}", style="{"))
    loud = logging.getLogger("django")
    loud.addHandler(handler)
    try:
        for text in (forged, line, f"\n{line}", f"\r{line}\n"):
            Browser().get(f"/{quote(text)}")
            loud.warning("Filtering by %s not allowed", text)
            loud.error("went wrong", exc_info=ValueError(text))
    finally:
        loud.removeHandler(handler)
        handler.close()
    assert log.read_text().count(forged) >= 4 * 3
    with pytest.raises(CommandError, match="没有封存链码"):
        verify_chain("--against", str(log))
    log.write_text(log.read_text() + owned.log.read_text())
    assert "均未被改写" in verify_chain("--against", str(log))


def test_the_check_asks_as_much_for_many_people_as_for_few(owned: Sealed) -> None:
    with CaptureQueriesContext(connection) as asked:
        check_chain()
    assert len(asked) == 2 + len(MONTHS) * (len(SEALED) + 1), (
        "what counts as locked, the runs, and each month's tables, those of disputes at once"
    )


@pytest.mark.slow
def test_months_locked_before_there_was_a_chain_are_linked_in_their_order(
    sealed: Sealed, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), connected_to(sealed.name):
        call_command("migrate", "monthend", "0006", verbosity=0)
        call_command("migrate", verbosity=0)
        assert {month: link_at(month) for month in MONTHS} == sealed.links


def test_the_seal_covers_what_it_covered() -> None:
    """A column that a migration adds must not enter the seals of months locked before: they would look rewritten."""
    covered = "\n".join(" ".join([model._meta.label, *columns(model, key)]) for model, key in SEALED)
    assert (
        hashlib.sha256(covered.encode()).hexdigest()
        == "b62ca4ccf7b40d41195a145bc7935dcf6c8b0e455ccb6b43bd246823a8792605"
    ), covered
