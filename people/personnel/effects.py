"""What a personnel change did, read right after it was written: told before it is confirmed."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.decisions.effect import Sentence, digest_of
from access.decisions.signing import role_and_name
from access.models import User
from access.reach import scope_of
from access.roles import Scope
from clients.codes import Cause
from clients.models import Client, ClientStatus, Contract, Receipt
from compensation.models import SupportWeight
from compensation.month.actions_payslips import base_pay_of
from compensation.rules import BasePay
from monthend.models import MonthRun
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.selectors import plan_version_at, rank_names
from rulebook.wording import amount_text, month_text
from staff.assessment.rules import starts_new_cycle
from staff.careers.rules import PostSpan, RankSpan
from staff.careers.selectors import standing_decisions
from staff.careers.selectors_roster import Person
from staff.models import Absence, Department, Employee, PersonnelEvent, Post, RankAssessment, RankHolding
from staff.pay.selectors import all_confirmers, confirmers_of, pay_changes

Kind = PersonnelEvent.Kind


@dataclass(frozen=True, slots=True)
class LostClient:
    """A client that the change turns into an orphan, or takes its developer from; `open` is not yet paid (CNY)."""

    client: Client
    orphan_kind: int | None
    becomes_orphan: bool
    open: Decimal


@dataclass(frozen=True)
class PersonnelEffect:
    """All that a personnel change does: the event as written, whom it leaves alone, what the month pays, what else;
    `next_steps` are what others or the same log-in have to do then."""

    event: PersonnelEvent
    sentence: str
    notes: Sequence[Sentence]
    clients: Sequence[LostClient]
    pay: Sequence[BasePay]
    next_steps: Sequence[str]

    @property
    def month(self) -> Month:
        """The month that the change lies in."""
        return Month.of(self.event.date)

    @property
    def digest(self) -> str:
        """A hash that differs whenever the effect does; what is confirmed must be what was shown."""
        event, person = self.event, self.event.employee
        entered = (person.number, person.name, event.kind, event.date)
        terms = (event.new_department, event.new_rank, event.new_base_salary)
        return digest_of([entered, terms, self.notes, self.clients, self.pay])


def read_effect(event: PersonnelEvent, *, today: dt.date) -> PersonnelEffect:
    """What an event just written, with the posts, ranks and histories that follow from it, has changed."""
    month = Month.of(event.date)
    plan = plan_version_at(month).plan
    posts = list(Post.objects.filter(employee=event.employee).select_related("department__branch").order_by("start"))
    person = _in_month(event.employee, posts, month)
    clients, stale, people = _clients_lost(event), _months_made_stale(month), _second_people(event)
    return PersonnelEffect(
        event,
        _sentence(event),
        [
            *_about_clients(clients),
            *_about_the_cycle(event, posts, person),
            *_about_decisions(event),
            *_about_the_log_in(event, today),
            *_about_weights(event, posts),
            *_about_managing(event),
            *_about_months(stale),
            *_about_second_people(people),
            *_about_namesakes(event),
        ],
        clients,
        base_pay_of(plan, person, ZERO) if not person.is_assessed else [],
        list(_next_steps(stale, people)),
    )


def _in_month(employee: Employee, posts: Sequence[Post], month: Month) -> Person:
    """The person as the month end will see them."""
    ranks = RankHolding.objects.filter(employee=employee, start__lte=month.last).order_by("start")
    away = Absence.objects.filter(
        employee=employee, kind__in=Absence.PROTECTED, start__lte=month.last, end__gte=month.first
    )
    return Person(
        id=employee.pk,
        number=employee.number,
        name=employee.name,
        bank_name=employee.bank_name,
        bank_account=employee.bank_account,
        month=month,
        posts=tuple(
            PostSpan(post.department_id, _sells(post), post.start, post.end, post.base_salary)
            for post in posts
            if post.start <= month.last
        ),
        ranks=tuple(RankSpan(held.rank, held.start, held.end) for held in ranks),
        is_protected=away.exists(),
    )


def _sells(post: Post) -> bool:
    return post.department.system == Department.System.SALES


def _sentence(event: PersonnelEvent) -> str:
    facts = {
        "name": event.employee.name,
        "number": event.employee.number,
        "day": event.date.isoformat(),
        "place": f"{event.new_department.branch} · {event.new_department}" if event.new_department else "",
        "last_day": (event.date - dt.timedelta(days=1)).isoformat(),
        "terms": _terms(event),
    }
    match event.kind:
        case Kind.HIRED:
            return _("%(name)s (%(number)s) joins %(place)s on %(day)s%(terms)s.") % facts
        case Kind.DEPARTURE:
            return _("%(name)s (%(number)s) leaves; the last day in post is %(last_day)s.") % facts
        case _:
            return _("%(name)s (%(number)s) goes to %(place)s on %(day)s%(terms)s.") % facts


def _terms(event: PersonnelEvent) -> str:
    if event.new_rank:
        return _(", as %(rank)s") % {"rank": rank_names().get(event.new_rank, event.new_rank)}
    if event.new_base_salary is not None:
        return _(", base salary %(amount)s") % {"amount": amount_text(event.new_base_salary)}
    return ""


def _clients_lost(event: PersonnelEvent) -> list[LostClient]:
    """The clients whose state the event turned, with what of their contracts is still to be paid."""
    causes = (Cause.LEFT, Cause.CHANGED_POST)
    turns = ClientStatus.objects.filter(caused_by=event.employee, since=event.date, cause__in=causes)
    found = {turn.client_id: turn for turn in turns.select_related("client").order_by("client__number")}
    earlier = ClientStatus.objects.filter(client__in=found).order_by("client", "sequence")
    before: dict[int, ClientStatus] = {
        turn.client_id: turn for turn in earlier if turn.sequence < found[turn.client_id].sequence
    }
    contracts = Contract.objects.filter(client__in=found).order_by().values_list("client")
    signed = dict(contracts.annotate(Sum("amount")))
    receipts = Receipt.objects.filter(contract__client__in=found).order_by().values_list("contract__client")
    paid = dict(receipts.annotate(Sum("amount")))
    return [
        LostClient(
            turn.client,
            turn.orphan_kind,
            before[client].orphan_kind is None,
            max(signed.get(client, ZERO) - paid.get(client, ZERO), ZERO),
        )
        for client, turn in found.items()
    ]


def _about_clients(lost: Sequence[LostClient]) -> Iterator[Sentence]:
    orphans = [one for one in lost if one.becomes_orphan]
    if orphans:
        text = ngettext(
            "%(count)d client becomes an orphan and goes to the pool; still to be paid by it: %(open)s.",
            "%(count)d clients become orphans and go to the pool; still to be paid by them: %(open)s.",
            len(orphans),
        )
        words = text % {"count": len(orphans), "open": amount_text(sum((one.open for one in orphans), ZERO))}
        yield Sentence(words, "become orphans")
    if len(lost) > len(orphans):
        text = ngettext(
            "%(count)d orphan loses its developer and waits for a new one.",
            "%(count)d orphans lose their developer and wait for a new one.",
            len(lost) - len(orphans),
        )
        yield Sentence(text % {"count": len(lost) - len(orphans)}, "lose developers")
    if not lost:
        yield Sentence(_("No client becomes an orphan."), "no orphans")


def _about_the_cycle(event: PersonnelEvent, posts: Sequence[Post], person: Person) -> Iterator[Sentence]:
    """What it means for the assessment of the rank (1-4.3.1): a cycle goes on, ends or begins."""
    sold = any(_sells(post) for post in posts if post.end == event.date)
    sells = any(_sells(post) for post in posts if post.start == event.date)
    month = Month.of(event.date)
    if sold and sells:
        yield Sentence(_("The cycle of the assessment goes on, and the rank stays."), "cycle goes on")
    elif sells:
        first = month if event.date == month.first and not person.is_protected else month + 1
        words = _("The first cycle of the assessment begins with %(month)s.") % {"month": month_text(first)}
        yield Sentence(words, "cycle begins", first)
    elif sold:
        yield from _cycle_ended(event)
    if (sold or sells) and sold != sells and not person.is_assessed:
        yield Sentence(_("%(month)s is not assessed.") % {"month": month_text(month)}, "not assessed")


def _cycle_ended(event: PersonnelEvent) -> Iterator[Sentence]:
    earlier = RankAssessment.objects.filter(employee=event.employee, month__lt=Month.of(event.date))
    row = earlier.select_related("plan_version").order_by("-month").first()
    if row is None or starts_new_cycle(row.plan_version.plan, row.outcome, row.cycle_month):
        yield Sentence(_("The assessment ends; who enters sales again starts anew."), "assessment ends")
        return
    months = row.plan_version.plan.assessment.demotion_cycle_months
    words = _(
        "The running cycle (month %(month)d of %(months)d, sales %(sales)s) ends without a result;"
        " who enters sales again starts anew."
    ) % {"month": row.cycle_month, "months": months, "sales": amount_text(row.cycle_sales)}
    yield Sentence(words, "cycle ends", row.cycle_month, months, row.cycle_sales)


def _about_decisions(event: PersonnelEvent) -> Iterator[Sentence]:
    """Ranks given ahead by decision that are not held any more: whoever enters sales anew starts anew (1-4.3.3)."""
    ahead = standing_decisions(employee=event.employee_id, month__gte=event.date)
    held = set(
        RankHolding.objects.filter(employee=event.employee, start__gte=event.date).values_list("start", flat=True)
    )
    if lapsed := [month for _one, month, _rank, _since in ahead if month.first not in held]:
        words = _("Decisions on the rank that lapse with it: %(months)s.") % {"months": _months_text(lapsed)}
        yield Sentence(words, "decisions lapse", lapsed)


def _about_the_log_in(event: PersonnelEvent, today: dt.date) -> Iterator[Sentence]:
    user = event.employee.user
    if user is None or not user.is_active:
        return
    facts = {"user": user.username, "day": event.date.isoformat()}
    if event.kind == Kind.DEPARTURE:
        at_once = event.date <= today
        words = _("The log-in %(user)s is shut at once.") if at_once else _("The log-in %(user)s is shut on %(day)s.")
        yield Sentence(words % facts, "shut", user.username, at_once)
    elif scope_of(user) is Scope.BRANCH and event.new_department is not None:
        facts["branch"] = event.new_department.branch.name
        words = _("From %(day)s on the log-in %(user)s sees %(branch)s, no longer the branch before.")
        yield Sentence(words % facts, "sees", user.username, facts["branch"])


def _about_weights(event: PersonnelEvent, posts: Sequence[Post]) -> Iterator[Sentence]:
    """The shares of the support bonus (1-7.2.2) that the person gains or loses."""
    month = Month.of(event.date)
    supported = any(not _sells(post) for post in posts if post.end == event.date)
    supports = [post for post in posts if post.start == event.date and not _sells(post)]
    if supports:
        facts = {"branch": supports[0].department.branch.name, "month": month_text(month)}
        words = _("From %(month)s on it needs a weight for the support bonus of %(branch)s.")
        yield Sentence(words % facts, "needs weight", facts["branch"])
    elif supported:
        idle = SupportWeight.objects.filter(employee=event.employee, month__gt=month).order_by("month")
        if months := [weight.month for weight in idle]:
            words = _("The weights for the support bonus of %(months)s no longer count.")
            yield Sentence(words % {"months": _months_text(months)}, "idle weights", months)
        words = _("%(month)s is the last month with a share of the support bonus.")
        yield Sentence(words % {"month": month_text(month)}, "last share")


def _about_managing(event: PersonnelEvent) -> Iterator[Sentence]:
    managed = Department.objects.filter(manager=event.employee)
    if names := [department.name for department in managed if department.pk != event.new_department_id]:
        words = _("Still the manager of %(departments)s: appoint another.") % {"departments": _(", ").join(names)}
        yield Sentence(words, "manages", names)


def _months_made_stale(month: Month) -> list[Month]:
    """Months with a result that isn't locked: the change just written has made it stale."""
    settled = (MonthRun.State.REPLACED, MonthRun.State.LOCKED)
    runs = MonthRun.objects.filter(month__gte=month).exclude(state__in=settled).order_by("month")
    return [run.month for run in runs]


def _months_text(months: Sequence[Month]) -> str:
    return _(", ").join(map(month_text, months))


def _second_people(event: PersonnelEvent) -> list[User] | None:
    """Who can confirm the pay that the event brings; None where it needs nobody else."""
    changes = pay_changes(Employee.objects.filter(pk=event.employee_id))
    change = next((one for one in changes if event in one.events), None)
    if change is None:
        return None
    return confirmers_of(change, all_confirmers())


def _people_text(people: Sequence[User]) -> str:
    return _(", ").join(map(role_and_name, people))


def _about_months(stale: Sequence[Month]) -> Iterator[Sentence]:
    if stale:
        yield Sentence(_("To be computed again: %(months)s.") % {"months": _months_text(stale)}, "stale", stale)


def _about_second_people(people: Sequence[User] | None) -> Iterator[Sentence]:
    if people is None:
        return
    words = _("No month with it can be handed over, approved or locked before it is confirmed by: %(people)s.")
    if not people:
        words = _(
            "No month with it can be handed over, approved or locked before a second person confirms it, and nobody"
            " can: it takes another log-in of human resources, finance or the general manager."
        )
    yield Sentence(words % {"people": _people_text(people)}, "confirmed by", people)


def _next_steps(stale: Sequence[Month], people: Sequence[User] | None) -> Iterator[str]:
    if stale:
        yield _("compute %(months)s again") % {"months": _months_text(stale)}
    if people is not None:
        yield _("%(people)s: confirm the pay") % {"people": _people_text(people) or _("a second person")}


def _about_namesakes(event: PersonnelEvent) -> Iterator[Sentence]:
    if event.kind != Kind.HIRED:
        return
    others = Employee.objects.filter(name=event.employee.name).exclude(pk=event.employee_id)
    if people := list(others):
        words = _("Of the same name: %(people)s. Who comes back keeps the staff number, by a change of post.")
        yield Sentence(words % {"people": _(", ").join(map(str, people))}, "namesakes", people)
