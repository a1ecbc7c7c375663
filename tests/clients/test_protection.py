"""Client protection in the database: what lapses when, what a month pays then, who may claim, what looks the same."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from access.actor import CONSOLE, Actor
from access.models import User
from access.roles import PEOPLE
from clients.models import Client, ClientStatus, FollowUp, Lapse, PoolClaim, ProtectionTerms
from clients.names import Likeness, plain_name
from clients.pages import client_record
from clients.protection.actions import (
    LooksAlike,
    ProtectionRefused,
    claim_clients,
    lapse_clients,
    record_follow_up,
    register_client,
)
from clients.protection.duplicates import duplicates_digest, duplicates_of
from clients.protection.selectors import keeping_of, lapses_waiting, open_pool
from clients.search import clients as clients_found
from compensation.models import CommissionLine
from periods.selectors import inputs_version
from staff.models import Employee
from tests.cast import actor_of, log_in_of
from tests.firm import APRIL, MAY, Firm, on
from tests.imports.books import take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return Firm()


@pytest.fixture
def anne(firm: Firm) -> Employee:
    return firm.seller("GW")


@pytest.fixture
def ben(firm: Firm) -> Employee:
    return firm.seller("GW")


@pytest.fixture
def hr() -> Actor:
    return actor_of(User.Role.HR)


@pytest.fixture
def terms() -> ProtectionTerms:
    return ProtectionTerms.objects.create(
        start=on("04-01"), follow_up_days=10, protection_days=60, limit=2, cool_down_days=5
    )


def register(owner: Employee, day: str, hr: Actor, name: str = "北京华达信企业管理有限公司", phone: str = "") -> Client:
    assert hr.user is not None
    shown = duplicates_digest(duplicates_of(name, phone, viewer=hr.user, today=on(day)))
    return register_client(name=name, phone=phone, owner=owner, referred_by=None, shown=shown, today=on(day), by=hr)


def follow_up(client: Client, day: str, hr: Actor, *, today: str = "") -> FollowUp:
    done = FollowUp(client=client, date=on(day), kind=FollowUp.Kind.VISIT, note="拜访")
    record_follow_up(done, today=on(today or day), by=hr)
    return done


def now(client: Client) -> ClientStatus:
    return client.history.order_by("-sequence")[0]


def test_a_client_without_a_follow_up_goes_to_the_open_pool(
    firm: Firm, anne: Employee, hr: Actor, terms: ProtectionTerms
) -> None:
    client = register(anne, "04-05", hr)
    assert lapse_clients(on("04-15"), by=CONSOLE) == 0
    assert lapse_clients(on("04-16"), by=CONSOLE) == 1
    turn = now(client)
    assert (turn.since, turn.cause, turn.owner, turn.orphan_kind) == (on("04-16"), "lapsed", None, None)
    assert turn.caused_by == anne
    assert [one.pk for one in open_pool()] == [client.pk]
    assert lapse_clients(on("04-17"), by=CONSOLE) == 0
    assert hr.user is not None
    head = client_record(client, hr.user).sentences[0]
    assert head == "无归属人：2011-04-16 起在公海（保护到期），可以认领。"


def test_it_is_dated_by_rule_not_by_the_day_the_task_ran(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    register(anne, "04-05", hr)
    lapse_clients(on("05-30"), by=CONSOLE)
    assert Lapse.objects.get().date == on("04-16")


def test_within_open_months(firm: Firm, anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    client = register(anne, "04-05", hr)
    firm.sells(anne, "1000.00", "04-10")
    firm.close(APRIL)
    lapse_clients(on("05-30"), by=CONSOLE)
    assert Lapse.objects.get().date == on("05-01")
    assert now(client).since == on("05-01")


def test_a_follow_up_on_the_last_day_keeps_it(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    client = register(anne, "04-05", hr)
    assert follow_up(client, "04-15", hr).person == anne
    assert lapse_clients(on("04-25"), by=CONSOLE) == 0
    assert lapse_clients(on("04-26"), by=CONSOLE) == 1


def test_a_follow_up_on_the_day_it_lapses_is_refused(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    client = register(anne, "04-05", hr)
    with pytest.raises(ProtectionRefused, match="2011-04-16"):
        follow_up(client, "04-15", hr, today="04-16")
    lapse_clients(on("04-16"), by=CONSOLE)
    with pytest.raises(ProtectionRefused):
        follow_up(client, "04-16", hr)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(("day", "today"), [("04-04", "04-06"), ("04-08", "04-07"), ("04-06", "04-10")])
def test_a_follow_up_before_after_or_too_late_is_refused(
    anne: Employee, hr: Actor, terms: ProtectionTerms, day: str, today: str
) -> None:
    client = register(anne, "04-05", hr)
    with pytest.raises(ProtectionRefused):
        follow_up(client, day, hr, today=today)


def test_a_contract_signed_on_the_day_it_would_lapse_keeps_it(
    firm: Firm, anne: Employee, hr: Actor, terms: ProtectionTerms
) -> None:
    client = register(anne, "04-05", hr)
    firm.contract(anne, client=client, signed="04-16")
    firm.close(APRIL, lock=False)
    assert lapse_clients(on("05-30"), by=CONSOLE) == 0
    assert now(client).owner == anne


def test_a_contract_signed_later_is_the_closers_and_no_orphans(
    firm: Firm, anne: Employee, ben: Employee, hr: Actor, terms: ProtectionTerms
) -> None:
    """Referred by an orphan it would have paid an assistant; lapsed and claimed it pays nobody, and the lock agrees."""
    orphan = firm.client(since="04-02")
    client = firm.client(anne, since="04-03", referred_by=orphan)
    firm.close(APRIL, lock=False)
    assert now(client).orphan_kind == 5
    assert lapse_clients(on("04-14"), by=CONSOLE) == 1
    assert now(client).orphan_kind is None
    claim_clients([client.pk], ben, today=on("04-15"), by=hr)
    clerk = firm.clerk()
    firm.weigh(clerk, "1")
    contract = firm.contract(ben, client=client, signed="04-15", assistant=clerk)
    firm.receipt(contract, "20000.00", "04-20")
    firm.close(APRIL)
    contract.refresh_from_db()
    assert contract.orphan_kind is None
    assert not CommissionLine.objects.filter(employee=clerk).exists()
    assert CommissionLine.objects.get(receipt__contract=contract).employee == ben


def test_without_terms_nothing_lapses(anne: Employee, hr: Actor) -> None:
    client = register(anne, "04-05", hr)
    assert lapse_clients(on("12-30"), by=CONSOLE) == 0
    assert now(client).owner == anne


def test_who_left_on_that_day_leaves_an_orphan(firm: Firm, anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    client = register(anne, "04-05", hr)
    firm.leave(anne, "04-16")
    firm.close(APRIL, lock=False)
    assert lapse_clients(on("04-30"), by=CONSOLE) == 0
    assert now(client).orphan_kind == 4


def test_a_claim_gives_a_new_owner_whose_protection_begins(
    anne: Employee, ben: Employee, hr: Actor, terms: ProtectionTerms
) -> None:
    client = register(anne, "04-05", hr)
    lapse_clients(on("04-16"), by=CONSOLE)
    assert claim_clients([client.pk], ben, today=on("04-18"), by=hr) == 1
    assert (now(client).cause, now(client).owner) == ("claimed", ben)
    keeping = keeping_of(client)
    assert keeping is not None
    assert (keeping.begun, keeping.lapses) == (on("04-18"), on("04-29"))
    assert not open_pool()
    with pytest.raises(ProtectionRefused):
        claim_clients([client.pk], anne, today=on("04-19"), by=hr)


def test_the_last_owner_waits(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    client = register(anne, "04-05", hr)
    lapse_clients(on("04-16"), by=CONSOLE)
    with pytest.raises(ProtectionRefused, match="2011-04-21"):
        claim_clients([client.pk], anne, today=on("04-20"), by=hr)
    assert claim_clients([client.pk], anne, today=on("04-21"), by=hr) == 1


def test_the_limit_of_a_person(anne: Employee, ben: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    first, _second = register(anne, "04-05", hr), register(anne, "04-05", hr)
    with pytest.raises(ProtectionRefused):
        register(anne, "04-05", hr)
    lapse_clients(on("04-16"), by=CONSOLE)
    register(ben, "04-16", hr)
    with pytest.raises(ProtectionRefused):
        claim_clients([one.pk for one in open_pool()], ben, today=on("04-16"), by=hr)
    assert claim_clients([first.pk], ben, today=on("04-16"), by=hr) == 1
    assert PoolClaim.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in PEOPLE if role not in ("hr", "branch_gm", "sales_manager")])
def test_only_who_keeps_clients_writes(anne: Employee, terms: ProtectionTerms, role: str) -> None:
    by = actor_of(role, "x")
    with pytest.raises(PermissionDenied):
        register(anne, "04-05", by)
    with pytest.raises(PermissionDenied):
        claim_clients([1], anne, today=on("04-05"), by=by)
    with pytest.raises(PermissionDenied):
        follow_up(Client(), "04-05", by)


def test_nothing_is_dated_in_a_locked_month(firm: Firm, anne: Employee, hr: Actor) -> None:
    assert hr.user is not None
    client = firm.client(anne)
    firm.sells(anne, "1000.00", "04-10")
    firm.close(APRIL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lapse.objects.create(client=client, date=on("04-20"), owner=anne)
    with pytest.raises(IntegrityError), transaction.atomic():
        PoolClaim.objects.create(client=client, date=on("04-20"), owner=anne, claimed_by=hr.user)


def test_a_lapse_makes_the_months_result_stale(firm: Firm, anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:

    register(anne, "04-05", hr)
    before = inputs_version(APRIL), inputs_version(MAY)
    lapse_clients(on("04-16"), by=CONSOLE)
    assert inputs_version(APRIL) > before[0]
    assert inputs_version(MAY) > before[1]


def test_a_telephone_may_change_in_a_locked_month(firm: Firm, anne: Employee) -> None:
    client = firm.client(anne)
    firm.sells(anne, "1000.00", "04-10")
    firm.close(APRIL)
    Client.objects.filter(pk=client.pk).update(phone="13800000000")


def test_an_import_may_not_assign_what_is_in_the_open_pool(
    firm: Firm, anne: Employee, ben: Employee, hr: Actor, terms: ProtectionTerms
) -> None:
    client = register(anne, "04-05", hr)
    lapse_clients(on("04-16"), by=CONSOLE)
    outcome = take_in({"分配": [["客户编号", "日期", "工号"], [client.number, "2011-04-20", ben.number]]})
    assert [problem.column for problem in outcome.errors] == ["客户编号"]


def test_what_lapses_soon_is_told_to_whoever_reaches_it(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    register(anne, "04-05", hr)
    assert hr.user is not None
    assert lapses_waiting(hr.user, on("04-08")) == (0, "")
    assert lapses_waiting(hr.user, on("04-09"))[0] == 1
    nobody = log_in_of(User.Role.BRANCH_GM, "y")
    assert lapses_waiting(nobody, on("04-09")) == (0, "")


@pytest.mark.parametrize(
    ("name", "phone", "likeness"),
    [
        ("北京华达信企业管理有限责任公司", "", Likeness.SAME),
        ("北京华达信企业管理（集团）", "", Likeness.SAME),
        ("华达信企业管理", "", Likeness.PART),
        ("北京华达兴企业管理有限公司", "", Likeness.CLOSE),
        ("另一个名字", "010-8888 6666", Likeness.DIFFERENT),
    ],
)
def test_duplicates_are_found(
    anne: Employee, hr: Actor, terms: ProtectionTerms, name: str, phone: str, likeness: Likeness
) -> None:
    client = register(anne, "04-05", hr, phone="01088886666")
    register(anne, "04-05", hr, name="广州远洋贸易有限公司")
    assert hr.user is not None
    [found] = duplicates_of(name, phone, viewer=hr.user, today=on("04-06"))
    assert (found.client, found.likeness, found.has_same_phone) == (client, likeness, bool(phone))
    assert "2011-04-15" in found.standing


def test_what_looks_alike_is_registered_by_who_was_shown_it(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    first = register(anne, "04-05", hr, name="北京华达信企业管理有限公司")
    with pytest.raises(LooksAlike) as alike:
        register_client(
            name="北京华达兴企业管理有限公司", phone="", owner=anne, referred_by=None, today=on("04-06"), by=hr
        )
    assert [one.client for one in alike.value.clients] == [first]
    assert Client.objects.get() == first
    assert register(anne, "04-06", hr, name="北京华达兴企业管理有限公司").number == "P20110406-001"


def test_a_duplicate_beyond_reach_tells_the_branch_alone(
    firm: Firm, anne: Employee, hr: Actor, terms: ProtectionTerms
) -> None:
    register(anne, "04-05", hr)
    far = log_in_of(User.Role.SALES_MANAGER, "far")
    [found] = duplicates_of("华达信企业管理", "", viewer=far, today=on("04-06"))
    assert "华达信" not in found.name
    assert found.href == ""
    assert firm.north.name in found.standing
    assert anne.name not in found.standing


@pytest.mark.parametrize(
    "name",
    [
        "北京华达信企业管理有限公司",
        "ＡＢＣ（中国）集团有限公司",
        "A.B-C 科技 公司",
        "公司",
        "集团公司",
        "有限公司",
        "Müller 贸易总公司",
    ],
)
def test_the_database_plains_names_as_we_do(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT plain_client_name(%s)", [name])
        assert cursor.fetchone() == (plain_name(name),)


@pytest.mark.parametrize(
    "phone",
    [
        "13800138000", "+86 138 0013 8000", "008613800138000", "86-138-0013-8000", "013800138000",
        "１３８００１３８０００",
        "138　0013　8000", "(138)00138000", "13800138000/13900139000",
        "13900139000，13800138000", "13900139000 13800138000",
        "010-88886666、+86 13800138000", "13800138000转12",
    ],
)  # fmt: skip
def test_one_number_is_told_however_it_is_written(
    anne: Employee, hr: Actor, terms: ProtectionTerms, phone: str
) -> None:
    client = register(anne, "04-05", hr, phone="13800138000")
    assert hr.user
    [found] = duplicates_of("另一家", phone, viewer=hr.user, today=on("04-06"))
    assert (found.client, found.has_same_phone, found.is_certain) == (client, True, True)
    Client.objects.filter(pk=client.pk).update(phone=phone[:32])
    assert duplicates_of("另一家", "13800138000", viewer=hr.user, today=on("04-06"))[0].has_same_phone


@pytest.mark.parametrize("phone", ["13800138001", "1380013800", "8000", "", "010-13800138", "8613800138"])
def test_another_number_is_another_one(anne: Employee, hr: Actor, terms: ProtectionTerms, phone: str) -> None:
    register(anne, "04-05", hr, phone="13800138000")
    assert hr.user
    assert duplicates_of("另一家", phone, viewer=hr.user, today=on("04-06")) == []


@pytest.mark.parametrize(
    "words", ["13800138000", "+86 138 0013 8000", "１３８００１３８０００", "138　0013　8000", "8888-6666"]
)
def test_a_client_is_found_by_its_telephone(anne: Employee, hr: Actor, terms: ProtectionTerms, words: str) -> None:
    client = register(anne, "04-05", hr, phone="13800138000/88886666")
    assert hr.user
    assert list(clients_found(hr.user, words)) == [client]


def test_several_numbers_are_kept_with_a_stroke_between(anne: Employee, hr: Actor, terms: ProtectionTerms) -> None:
    client = register(anne, "04-05", hr, phone="+86 138 0013 8000，010-8888 6666")
    assert client.phone == "13800138000/01088886666"


def test_duplicates_are_found_by_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM clients_client WHERE client_name_pairs(name) && client_name_pairs('华信')"
        )
        assert any("client_name_pairs" in row[0] and "Index" in row[0] for row in cursor.fetchall())


def test_numbers_of_the_day_go_on(anne: Employee, hr: Actor) -> None:
    assert [register(anne, "04-05", hr).number for _ in range(2)] == ["P20110405-001", "P20110405-002"]
