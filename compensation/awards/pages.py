"""The pages of recommendations and awards as values, and what a person's time line tells of awards."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from access.models import User
from access.pages.links import Links, address
from access.pages.records import Cell, Record, Row, Table, Tone
from access.reach import within_reach
from access.rights import Right, may
from compensation.awards.selectors import PersonYear, SalesPlace, months_of, people_of
from compensation.models import AwardDecision, AwardRecommendation, Correction
from compensation.rights import may_decide_awards
from periods.pages import facts_of, table_of
from periods.selectors import last_locked_month
from rulebook.cells import amount, fact, headings, number, numeric, text
from rulebook.money import ZERO
from rulebook.wording import amount_text, attainment_text, month_text, number_text, part_text, sentences_text
from staff.models import Employee
from staff.timeline import Moment, MomentKind, Subject, tells_of_people

Outcome, State = AwardDecision.Outcome, AwardDecision.State


def recommendation_record(recommendation: AwardRecommendation, viewer: User) -> Record:
    """A recommendation beside the person's year, with the way to decide it."""
    decision = decision_about(recommendation, viewer)
    names = ["employee", "year", "kind", "made_by", "made_at"]
    links = []
    if decision is None and may_decide_awards(viewer):
        links.append(Cell(_("Decide the award"), decide_address(recommendation)))
    elif decision is not None:
        links.append(Cell(str(AwardDecision._meta.verbose_name), address(decision)))
    return Record(
        title=str(recommendation.employee),
        subtitle=_about(recommendation),
        state=Cell(pgettext("award", "recommended"), tone=Tone.ATTENTION) if decision is None else state_cell(decision),
        sentences=[recommendation.reason],
        facts=facts_of(recommendation, viewer, names),
        tables=[year_table(recommendation.year, recommendation.employee, viewer)],
        links=links,
    )


def decision_record(decision: AwardDecision, viewer: User) -> Record:
    """An award: what was decided on which grounds, who recommended it, and when its money was paid."""
    shown = [name for name in ("amount", "travel", "signed_by", "signed_at") if getattr(decision, name)]
    payment: Correction | None = getattr(decision, "payment", None)
    facts = facts_of(decision, viewer, ["employee", "year", "kind", "outcome", *shown, "decided_by", "decided_at"])
    if payment is not None:
        words = _("%(number)s, in %(month)s") % {"number": payment.number, "month": month_text(payment.month)}
        facts.append(fact(_("paid by"), Cell(words, Links(viewer, [payment]).to(payment))))
    return Record(
        title=str(decision.employee),
        subtitle=_about(decision),
        state=state_cell(decision),
        sentences=list(_sentences(decision, payment)),
        facts=facts,
        tables=[
            recommendations_table(decision.year, decision.employee, viewer),
            year_table(decision.year, decision.employee, viewer, decided=timezone.localdate(decision.decided_at)),
        ],
        links=_ways(decision, payment, viewer),
    )


def _about(row: AwardRecommendation | AwardDecision) -> str:
    return f"{row.year} · {row.get_kind_display()} · 1-8"


def state_cell(decision: AwardDecision) -> Cell:
    """What an award waits for, or how it ended; of money that is signed, whether it is paid."""
    if decision.state != State.DONE:
        return Cell(decision.get_state_display(), tone=Tone.ATTENTION)
    if decision.amount is not None:
        return (
            Cell(pgettext("award", "paid"), tone=Tone.DONE)
            if is_paid(decision)
            else Cell(_("signed, to be paid"), tone=Tone.ATTENTION)
        )
    return Cell(decision.get_outcome_display(), tone=Tone.DONE if decision.outcome == Outcome.GRANTED else Tone.PLAIN)


def is_paid(decision: AwardDecision) -> bool:
    """Whether a correction pays the award; it is read beside the decision where many are shown."""
    return getattr(decision, "payment", None) is not None


def standing_text(decisions: Sequence[AwardDecision]) -> str:
    """How many awards wait for what, and the money to be paid and paid (CNY); empty while none is decided."""
    if not decisions:
        return ""
    waiting = [one for one in decisions if one.state != State.DONE]
    money = [one for one in decisions if _is_money(one)]
    paid = [one for one in money if is_paid(one)]
    due = [one for one in money if not is_paid(one)]
    told = [
        (_("%(count)d decided"), decisions),
        (_("%(count)d to be signed"), waiting),
        (_("%(count)d to be paid, %(sum)s"), due),
        (_("%(count)d paid, %(sum)s"), paid),
    ]
    return _("; ").join(words % {"count": len(ones), "sum": _sum_text(ones)} for words, ones in told if ones)


def _sum_text(decisions: Sequence[AwardDecision]) -> str:
    return amount_text(sum((one.amount for one in decisions if one.amount), ZERO))


def _sentences(decision: AwardDecision, payment: Correction | None) -> Iterator[str]:
    yield _("Decided: %(decision)s. %(reason)s") % {
        "decision": what_is_granted(decision) or decision.get_outcome_display(),
        "reason": decision.reason,
    }
    if decision.state == State.RETURNED:
        yield _("Sent back: %(reason)s") % {"reason": decision.returned_because}
    if payment is None and _is_money(decision):
        yield _("The money is not paid yet: it goes through the payslip, as other pay.")


def what_is_granted(decision: AwardDecision) -> str:
    """The travel and the amount (CNY) in words; empty where nothing is named."""
    parts = [decision.travel, amount_text(decision.amount) if decision.amount else ""]
    return _(", ").join(part for part in parts if part)


def what_holds(decision: AwardDecision) -> str:
    """What holds now that a decision is signed."""
    outcome = str(decision.get_outcome_display())
    facts = {
        "name": decision.employee.name,
        "year": decision.year,
        "kind": decision.get_kind_display(),
        "outcome": _(", ").join(filter(None, [outcome, what_is_granted(decision)])),
    }
    return _("Signed: %(name)s, %(kind)s of %(year)s: %(outcome)s.") % facts


def _is_money(decision: AwardDecision) -> bool:
    """Whether an amount is granted and signed."""
    return decision.state == State.DONE and decision.amount is not None


def _ways(decision: AwardDecision, payment: Correction | None, viewer: User) -> list[Cell]:
    """Once it is signed, the way to have its money paid."""
    is_due = payment is None and _is_money(decision)
    if not is_due or not may(viewer, Right.ADD, Correction) or last_locked_month() is None:
        return []
    given: dict[str, str | int] = {
        "kind": Correction.Kind.OTHER.value,
        "employee": decision.employee.number,
        "amount": str(decision.amount),
        "reason": _("1-8 award of %(year)s: %(kind)s. %(reason)s")
        % {"year": decision.year, "kind": decision.get_kind_display(), "reason": decision.reason},
        "award": decision.pk,
    }
    return [Cell(_("Pay the award"), f"{reverse('admin:compensation_correction_add')}?{urlencode(given)}")]


def decision_about(recommendation: AwardRecommendation, viewer: User) -> AwardDecision | None:
    """What was decided on a recommendation, as far as the viewer may know."""
    about = AwardDecision.objects.filter(
        year=recommendation.year, employee=recommendation.employee_id, kind=recommendation.kind
    )
    return within_reach(viewer, about).first()


def decide_address(recommendation: AwardRecommendation) -> str:
    """The form that decides on a recommendation, filled in."""
    given: dict[str, str | int] = {
        "employee": recommendation.employee.number, "year": recommendation.year, "kind": recommendation.kind,
    }  # fmt: skip
    return f"{reverse('admin:compensation_awarddecision_add')}?{urlencode(given)}"


def recommendations_table(year: int, employee: Employee, viewer: User) -> Table:
    """Who recommended a person in a year, for what and why."""
    rows = AwardRecommendation.objects.filter(year=year, employee=employee).select_related("made_by")
    return table_of(
        str(AwardRecommendation._meta.verbose_name_plural),
        list(within_reach(viewer, rows)) if may(viewer, Right.VIEW, AwardRecommendation) else [],
        viewer,
        ["kind", "reason", "made_by", "made_at"],
        empty=_("The branch has not recommended this person."),
    )


def year_table(year: int, employee: Employee, viewer: User, *, decided: dt.date | None = None) -> Table:
    """A person's year, figure by figure, as it stands today; `decided` is the day of a decision made before."""
    months = months_of(year)
    sentences = months.sentences
    if decided is not None:
        told = _("The figures are today's; the decision of %(day)s was made on the months computed by then.")
        sentences = [told % {"day": decided}, *sentences]
    people = people_of(months, viewer, employee=employee.pk)
    rows = [Row([text(name), replace(cell, is_number=True)]) for person in people for name, cell in _figures(person)]
    way = Cell(_("Table of the year"), reverse("admin:compensation_award_year", args=[year]))
    return Table(
        _("The year %(year)s") % {"year": year},
        headings(pgettext("award", "figure"), numeric(pgettext("award", "value"))),
        rows,
        anchor="year",
        note=sentences_text(sentences),
        empty=_("Nothing of this year lies within your reach."),
        more=way,
    )


def _figures(person: PersonYear) -> Iterator[tuple[str, Cell]]:
    yield _("department at the year's end"), text(f"{person.branch_name} · {person.department_name}")
    yield _("months counted"), number(person.months)
    if person.in_sales or person.sales:
        yield _("rank at the year's end"), text(person.rank_name)
        yield _("net credited sales"), amount(person.sales)
        yield _("place"), text(place_text(person.place))
        yield _("quota reached"), reached(person)
        yield _("months on threshold wage"), number(person.threshold_months)
        yield _("moves of the rank"), text(moves_text(person))
    if not person.in_sales or person.bonus:
        yield _("support bonus of the year"), amount(person.bonus)
        yield _("months with support bonus"), number(person.bonus_months)
        yield _("average weight"), rounded(person.weight)
        yield _("average share of the pool"), rounded_share(person.share)
    yield _("days absent"), number(person.absent_days)


def reached(person: PersonYear) -> Cell:
    """Sales / quota of the months assessed as per cent, rounded down."""
    share = person.attainment
    return Cell("–" if share is None else attainment_text(share, type(share)(1)), is_number=True)


def rounded(value: object) -> Cell:
    """An average with at most two decimals."""
    return Cell("–" if value is None else number_text(round(value, 2)), is_number=True)  # type: ignore[call-overload]


def rounded_share(value: Decimal | None) -> Cell:
    """An average share as per cent."""
    return Cell("–" if value is None else part_text(value), is_number=True)


def moves_text(person: PersonYear) -> str:
    """How often the rank rose and fell."""
    told = []
    if person.ups:
        told.append(ngettext("%(count)d up", "%(count)d up", person.ups) % {"count": person.ups})
    if person.downs:
        told.append(ngettext("%(count)d down", "%(count)d down", person.downs) % {"count": person.downs})
    return _(", ").join(told)


def place_text(place: SalesPlace | None) -> str:
    """The places among the first of the company and of the branch."""
    if place is None:
        return ""
    names = {1: _("champion"), 2: _("second place"), 3: _("third place")}
    told = []
    if place.company:
        told.append(_("company: %(place)s") % {"place": names[place.company]})
    if place.branch:
        told.append(_("branch: %(place)s") % {"place": names[place.branch]})
    return _(", ").join(told)


def decisions_of(year: int, viewer: User) -> Sequence[AwardDecision]:
    """The year's awards within reach, with their people and payments."""
    rows = AwardDecision.objects.filter(year=year).select_related("employee", "decided_by", "signed_by", "payment")
    return list(within_reach(viewer, rows).order_by("kind", "outcome", "employee__number"))


@tells_of_people
def awards(subject: Subject) -> Iterator[Moment]:
    """The awards that are signed."""
    for decision in subject.reached(AwardDecision).filter(signed_at__isnull=False).select_related("payment"):
        if decision.signed_at is None:
            continue
        day = timezone.localdate(decision.signed_at)
        yield Moment(
            day,
            day.isoformat(),
            MomentKind.AWARD,
            Cell(f"{decision.year} · {decision.get_kind_display()}", address(decision)),
            because=decision.reason,
            figure=what_is_granted(decision),
            state=state_cell(decision),
        )
