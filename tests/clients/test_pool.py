"""The pool of orphans: who is in it since when, assigning by hand and by a rule, accepting, and what lapses."""

import datetime as dt

import pytest
from django.utils import timezone

from access.actor import Actor
from access.models import User
from access.refusals import EffectChanged
from clients.history.actions import rebuild_histories, rebuild_histories_of
from clients.models import Assignment, AssignmentBatch, Client, ClientStatus, Handover, OrphanClient, PoolRule
from clients.orphans.actions import accept_handover, assign_orphans, decline_handover, return_lapsed
from clients.orphans.effects import (
    AssignRefused,
    WantedDevelopers,
    effect_of_assigning,
    orphans_within_reach,
    sales_people,
)
from clients.orphans.plan import RulePlan, kept, plan_by_rule, replayed
from clients.orphans.rules import Rule
from clients.tasks import return_unaccepted
from staff.models import Employee
from tests.cast import log_in_of
from tests.firm import APRIL, Firm, lines, on

pytestmark = pytest.mark.django_db
Answer = Handover.Answer


@pytest.fixture
def firm() -> Firm:
    return Firm()


@pytest.fixture
def hr() -> User:
    return log_in_of(User.Role.HR)


def rebuild() -> None:
    rebuild_histories()


def log_in(person: Employee, role: str = User.Role.SALESPERSON) -> User:
    user = log_in_of(role, person.number)
    Employee.objects.filter(pk=person.pk).update(user=user)
    return user


def assign(client: Client, person: Employee, by: User, day: dt.date | None = None) -> Handover:
    wanted = WantedDevelopers([(client.pk, person.pk)], day or timezone.localdate())
    shown = effect_of_assigning(wanted, by).digest
    batch = AssignmentBatch(kind=AssignmentBatch.Kind.HAND)
    return assign_orphans(wanted, shown=shown, batch=batch, by=Actor(by)).handovers.get()


def developer(client: Client) -> Employee | None:
    return OrphanClient.objects.get(client=client).developer


def in_pool() -> dict[str, list[object]]:
    rows = OrphanClient.objects.values_list("client__number", "kind", "since", "deal_maker", "branch")
    return {number: facts for number, *facts in rows}


@pytest.mark.article("1-5.2", "1-5.4")
def test_the_pool_holds_who_is_an_orphan_since_when_and_where_from(firm: Firm) -> None:
    leaver, stays = firm.seller("GW"), firm.seller("GW")
    sold, prospect = firm.client(leaver), firm.client(leaver)
    nobodys, kept_one = firm.client(), firm.client(stays)
    firm.contract(leaver, client=sold, signed="04-02")
    firm.leave(leaver, "05-10")
    rebuild()
    assert in_pool() == {
        sold.number: [2, on("05-10"), leaver.pk, firm.north.pk],
        prospect.number: [4, on("05-10"), None, firm.north.pk],
        nobodys.number: [4, on("03-10"), None, None],
    }
    assert not hasattr(Client.objects.get(pk=kept_one.pk), "orphan")
    firm.assign(sold, stays, "05-12")
    rebuild()
    assert developer(sold) == stays
    assert in_pool()[sold.number][1] == on("05-10")
    firm.contract(stays, client=sold, signed="05-20")
    rebuild()
    assert sold.number not in in_pool()


def test_some_histories_rebuilt_are_what_all_would_be(firm: Firm) -> None:
    """The fifth kind is judged by the referrer, who is not assigned and must be replayed all the same."""
    owner, dev = firm.seller("GW"), firm.seller("GW")
    root = firm.client()
    referred = firm.client(owner, since="03-11", referred_by=root)
    firm.client(owner, since="03-12", referred_by=referred)
    rebuild()
    Assignment.objects.create(client=referred, date=on("04-02"), developer=dev)
    rebuild_histories_of([referred.pk])
    fields = ("client", "sequence", "since", "cause", "orphan_kind", "owner", "developer")
    alone = list(ClientStatus.objects.order_by("client", "sequence").values_list(*fields))
    pool = list(OrphanClient.objects.values())
    ClientStatus.objects.all().delete()
    rebuild()
    assert list(ClientStatus.objects.order_by("client", "sequence").values_list(*fields)) == alone
    assert list(OrphanClient.objects.values()) == pool
    assert developer(referred) == dev


def test_what_was_shown_is_what_is_done(firm: Firm, hr: User) -> None:
    person, other, client = firm.seller("GW"), firm.seller("GW"), firm.client()
    rebuild()
    wanted = WantedDevelopers([(client.pk, person.pk)], timezone.localdate())
    shown = effect_of_assigning(wanted, hr).digest
    firm.assign(client, other, "05-01")
    rebuild()
    batch = AssignmentBatch(kind=AssignmentBatch.Kind.HAND)
    with pytest.raises(EffectChanged) as changed:
        assign_orphans(wanted, shown=shown, batch=batch, by=Actor(hr))
    assert "1 个从现开发人处转出" in " ".join(changed.value.effect.notes)
    made = assign_orphans(wanted, shown=changed.value.effect.digest, batch=batch, by=Actor(hr))
    handover = made.handovers.get()
    assert (made.made_by, handover.developer, handover.taken_from) == (hr, person, other)
    assert Assignment.objects.filter(client=client, date=wanted.day, developer=person).exists()
    assert developer(client) == person


def test_what_can_not_be_done_is_refused_and_changes_nothing(firm: Firm, hr: User) -> None:
    person, clerk, gone = firm.seller("GW"), firm.clerk(), firm.seller("GW")
    owned, client = firm.client(person), firm.client(since="05-02")
    firm.leave(gone, "04-20")
    firm.close(APRIL)
    today = timezone.localdate()
    refused = {
        "已锁定": ([(client.pk, person.pk)], on("04-30")),
        "不能晚于今天": ([(client.pk, person.pk)], today + dt.timedelta(days=1)),
        "有过变动": ([(client.pk, person.pk)], on("05-01")),
        "已不在孤儿单池": ([(owned.pk, person.pk)], today),
        "不在销售部门": ([(client.pk, clerk.pk)], today),
        "请先在": ([], today),
    }
    for words, (pairs, day) in refused.items():
        with pytest.raises(AssignRefused, match=words):
            effect_of_assigning(WantedDevelopers(pairs, day), hr)
    with pytest.raises(AssignRefused, match="不在销售部门"):
        effect_of_assigning(WantedDevelopers([(client.pk, gone.pk)], on("05-03")), hr)
    finance = log_in_of(User.Role.FINANCE, "f")
    with pytest.raises(AssignRefused, match="无权"):
        assign_orphans(WantedDevelopers([], today), shown="", batch=AssignmentBatch(kind="hand"), by=Actor(finance))
    assert not Assignment.objects.exists()


def test_a_branchs_manager_assigns_to_the_own_people_alone(firm: Firm) -> None:
    manager, person = firm.seller("GW"), firm.seller("GW")
    stranger = firm.seller("GW", department=firm.south_sales)
    user = log_in(manager, User.Role.SALES_MANAGER)
    client, other = firm.client(), firm.client()
    southern = firm.client(stranger)
    rebuild()
    assert {one.pk for one in sales_people(user, timezone.localdate())} == {manager.pk, person.pk}
    with pytest.raises(AssignRefused):
        assign(client, stranger, user)
    assign(client, person, user)
    firm.leave(stranger, "05-01")
    rebuild()
    assert set(orphans_within_reach(user).values_list("client", flat=True)) == {client.pk, other.pk, southern.pk}
    PoolRule.objects.create(effective_from=on("01-01"), branches_see_all=False)
    assert set(orphans_within_reach(user).values_list("client", flat=True)) == {client.pk, other.pk}


def test_who_accepts_keeps_it_and_who_gives_it_back_says_why(firm: Firm, hr: User) -> None:
    person, other = firm.seller("GW"), firm.seller("GW")
    mine, theirs = log_in(person), log_in(other)
    client = firm.client()
    rebuild()
    handover = assign(client, person, hr)
    with pytest.raises(AssignRefused, match="只有开发人"):
        accept_handover(handover, by=Actor(theirs))
    with pytest.raises(AssignRefused, match="原因"):
        decline_handover(handover, reason=" ", by=Actor(mine))
    decline_handover(handover, reason="客户在外地", by=Actor(mine))
    assert developer(client) is None
    with pytest.raises(AssignRefused, match="已退回"):
        assign(client, person, hr)
    again = assign(client, other, hr)
    accept_handover(again, by=Actor(theirs))
    with pytest.raises(AssignRefused, match="答复：已接受"):
        decline_handover(again, reason="x", by=Actor(theirs))
    assert return_lapsed(timezone.now() + dt.timedelta(days=9)) == 0
    assert developer(client) == other
    assert list(Handover.objects.order_by("pk").values_list("answer", flat=True)) == ["declined", "accepted"]
    rebuild()
    assert developer(client) == other, "all histories replayed say the same"


def test_what_is_not_accepted_in_time_goes_back_by_itself(firm: Firm, hr: User) -> None:
    person, client, closed = firm.seller("GW"), firm.client(), firm.client()
    rebuild()
    handover, settled = assign(client, person, hr, on("05-10")), assign(closed, person, hr, on("05-10"))
    firm.contract(person, client=closed, signed="05-12")
    rebuild()
    return_unaccepted()
    assert developer(client) == person
    past = timezone.now() - dt.timedelta(minutes=1)
    Handover.objects.update(accept_by=past)
    with pytest.raises(AssignRefused, match="已过"):
        accept_handover(handover, by=Actor(log_in(person)))
    return_unaccepted()
    assert developer(client) is None
    assert ClientStatus.objects.filter(client=client).latest("sequence").cause == "returned"
    handover.refresh_from_db()
    settled.refresh_from_db()
    assert (handover.answer, settled.answer) == (Answer.LAPSED, Answer.SETTLED)
    return_unaccepted()
    assert ClientStatus.objects.filter(client=client, cause="returned").count() == 1


def test_without_a_deadline_it_is_accepted_at_once(firm: Firm, hr: User) -> None:
    person, client = firm.seller("GW"), firm.client()
    rebuild()
    PoolRule.objects.create(effective_from=on("01-01"), hours_to_accept=0)
    assert assign(client, person, hr).answer == Answer.ACCEPTED


@pytest.mark.article("1-6")
def test_what_lapsed_leaves_no_trace_in_pay(firm: Firm, hr: User) -> None:
    """Whoever closes an orphan's deal earns on it, and the assistant a tenth, whether or not it was accepted; the
    month's verification, which replays clients its own way, agrees."""
    closer, lapsed, clerk, client = firm.seller("ZL"), firm.seller("ZL"), firm.clerk(), firm.client()
    rebuild()
    assign(client, lapsed, hr, on("04-02"))
    Handover.objects.update(accept_by=timezone.now() - dt.timedelta(minutes=1))
    return_unaccepted()
    firm.receipt(firm.contract(closer, client=client, signed="04-05", assistant=clerk), "10000.00", "04-10")
    firm.close(APRIL)
    assert lines(lapsed) == []
    assert [line[0] for line in lines(closer)] == ["commission"]
    assert [line[0] for line in lines(clerk)] == ["assist"]


def test_a_rules_list_is_kept_with_all_it_was_made_from(firm: Firm, hr: User) -> None:
    people = [firm.seller("GW") for _index in range(3)]
    clients = [firm.client() for _index in range(5)]
    rebuild()
    plan = by_turns(hr, limit=2, excluded=people[1].number)
    assert plan.left_over == 1
    wanted = plan.wanted(timezone.localdate())
    shown = effect_of_assigning(wanted, hr).digest
    batch = assign_orphans(wanted, shown=shown, batch=plan.batch, by=Actor(hr))
    assert [developer(client) for client in clients] == [people[0], people[2], people[0], people[2], None]
    batch.refresh_from_db()
    assert [kept(one) for one in replayed(batch)] == batch.proposals
    onward = by_turns(hr, limit=9)
    assert [one.developer for one in onward.proposals] == [people[0].number], "it goes on after the last one"


def by_turns(viewer: User, *, limit: int, excluded: str = "") -> RulePlan:
    return plan_by_rule(
        list(orphans_within_reach(viewer).filter(developer=None)),
        sales_people(viewer, timezone.localdate()),
        viewer,
        rule=Rule.ROUND_ROBIN,
        same_branch_first=True,
        limit=limit,
        excluded=frozenset({excluded}),
    )
