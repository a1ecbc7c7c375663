"""Two branches, north and south, each with sales, an assisted orphan's deal, office, claims; one log-in for each role.

April is locked, May is computed and open. The south sells alike, so that what a log-in of the north must not see is
always there; but for the fen of its amounts, so that it is known for the south's wherever it shows (see secrets.py).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.test import Client as Browser
from django.utils import timezone

from access.accounts.actions import disclose, note_event
from access.actor import Actor
from access.models import AccountEvent, User
from access.roles import PEOPLE
from api.actions import make_token
from clients.history.actions import rebuild_histories
from clients.models import (
    AssignmentBatch,
    Client,
    FollowUp,
    Lapse,
    PoolClaim,
    PoolRule,
    ProtectionTerms,
    Receipt,
)
from clients.orphans.actions import assign_orphans
from clients.orphans.effects import WantedDevelopers, effect_of_assigning
from compensation.awards.actions import AwardTerms, decide_award, sign_award
from compensation.corrections.actions import OtherPay, WrongAmount, effect_of, make_correction
from compensation.models import AwardKind, AwardRecommendation
from funds.models import FundClaim, FundKind
from monthend.models import Deputy, Reminder
from monthend.preview.models import Preview
from monthend.preview.work import work_on_previews
from rulebook.drafts.actions import start_draft
from rulebook.law.actions import record_interpretation
from rulebook.models import Interpretation, PlanVersion
from rulebook.month import Month
from staff.models import (
    Absence,
    Branch,
    Department,
    Employee,
    MinimumWage,
    OpeningSales,
    OpeningState,
    PayConfirmation,
    PersonTarget,
    Review,
    ReviewStep,
    SharedNumber,
    YearTarget,
)
from staff.rank_decisions.actions import Attachment, decide_rank, sign_rank
from staff.rank_decisions.effects import effect_of as rank_effect
from staff.rank_decisions.selectors import WantedRank
from tests.admin.disputes_of_house import dispute_on_both_sides
from tests.admin.files_of_house import ask_the_bank, run_in_parallel, upload
from tests.firm import APRIL, JULY, MAY, Firm
from tests.plans import PLAN_TEXT
from workbooks.models import ImportBatch, ImportedRow

Role = User.Role
MANAGEMENT = (Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR)
OF_BRANCH = (Role.SALES_MANAGER, Role.BRANCH_GM)


@dataclass(frozen=True, eq=False)
class House:
    """The firm, its people by branch code, and the log-ins by role."""

    firm: Firm
    north: "Side"
    south: "Side"
    users: dict[str, User]

    def browse(self, role: str) -> Browser:
        """A browser in which whoever has the role is logged in."""
        browser = Browser()
        browser.force_login(self.users[role])
        return browser


@dataclass(frozen=True)
class Side:
    """One branch: who closes, who develops orphans, who works in the office."""

    branch: Branch
    closer: Employee
    developer: Employee
    clerk: Employee

    @property
    def people(self) -> set[int]:
        """The ids of everybody there."""
        return {self.closer.pk, self.developer.pk, self.clerk.pk}


def make_house() -> House:
    """Write what happened and close the two months."""
    firm = Firm()
    firm.target(firm.south, "100123.45")
    north = _side(firm, firm.north, firm.sales, firm.office)
    south = _side(firm, firm.south, firm.south_sales, firm.south_office)
    _call_in_chinese()
    firm.close(APRIL)
    users = {role: _user(role, north) for role in PEOPLE}
    for side in (north, south):
        _correct(side, users[Role.HR])
    _fill_pool(firm, (north, south), users)
    dispute_on_both_sides(firm, (north, south), users)
    firm.close(MAY, lock=False)
    _watch_over(users)
    _rule(users)
    for side in (north, south):
        _review(side)
        _award(side, users)
        _give_ranks(side, users)
    _confirm_pay(north, users)
    return House(firm, north, south, in_new_objects(users))


def _confirm_pay(side: Side, users: dict[str, User]) -> None:
    """What finance confirmed of the closer's pay, and an account that two people were allowed."""
    now = timezone.now()
    PayConfirmation.objects.create(employee=side.closer, up_to=0, by=users[Role.FINANCE], at=now, checked="致电本人")
    SharedNumber.objects.create(
        kind=SharedNumber.Kind.ACCOUNT,
        key="0" * 64,
        people="90008, 90009",
        reason="夫妻共用",
        decided_by=users[Role.HR],
        decided_at=now,
        agreed_by=users[Role.FINANCE],
        agreed_at=now,
    )


def in_new_objects(users: dict[str, User]) -> dict[str, User]:
    """The same log-ins, of which nothing is known yet: what reach finds out is kept with the object."""
    read = User.objects.in_bulk([user.pk for user in users.values()])
    return {role: read[user.pk] for role, user in users.items()}


def _fill_pool(firm: Firm, sides: Sequence[Side], users: dict[str, User]) -> None:
    """For each branch an orphan that waits for anybody, and one that HR just handed to the closer; one each that the
    north's managers handed over."""
    PoolRule.objects.create(effective_from=dt.date(2011, 1, 1))
    by_hr = [(firm.client(since="05-02").pk, side.closer.pk) for side in sides]
    for _side in sides:
        firm.client(since="05-02")
    by_managers = {role: [(firm.client(since="05-02").pk, sides[0].closer.pk)] for role in OF_BRANCH}
    rebuild_histories()
    for role, pairs in ((Role.HR, by_hr), *by_managers.items()):
        wanted = WantedDevelopers(pairs, timezone.localdate())
        shown = effect_of_assigning(wanted, users[role]).digest
        batch = AssignmentBatch(kind=AssignmentBatch.Kind.HAND)
        assign_orphans(wanted, shown=shown, batch=batch, by=Actor(users[role]))


def _watch_over(users: dict[str, User]) -> None:
    """Deputies for July, the year's target, a log-in of HR's; that the locked month was verified is there already."""
    Reminder.objects.create(
        month=MAY, obstacle="STALE", subject=1, day=timezone.localdate(), at=timezone.now(), by=users[Role.HR]
    )
    Deputy.objects.create(
        principal=users[Role.MARKETING_DIRECTOR],
        deputy=users[Role.GENERAL_MANAGER],
        start=dt.date(2011, 7, 1),
        end=dt.date(2011, 7, 9),
    )
    Deputy.objects.create(
        principal=users[Role.BRANCH_GM],
        deputy=users[Role.SALES_MANAGER],
        start=dt.date(2011, 7, 1),
        end=dt.date(2011, 7, 9),
    )
    YearTarget.objects.create(year=2011, amount=Decimal("9876543.21"))
    upload(users[Role.HR])
    run_in_parallel(users[Role.HR])
    ask_the_bank(users[Role.FINANCE])
    _protect(users[Role.HR])
    disclose(Employee.objects.earliest("pk"), "phone", by=users[Role.FINANCE])
    note_event(users[Role.HR], AccountEvent.Kind.LOGGED_IN, by=Actor(users[Role.HR]), address="192.0.2.7")
    make_token(user=users[Role.HR], name="crm", branch=None, days=30, by=Actor(users[Role.HR]))
    _suppose(users[Role.HR], dt.datetime(2011, 6, 1, tzinfo=dt.UTC))


def _rule(users: dict[str, User]) -> None:
    """A draft of a plan for July, and what head office decided about an article."""
    start_draft(PlanVersion.objects.get(), month=JULY, by=Actor(users[Role.MARKETING_DIRECTOR]))
    decision = Interpretation(
        article="1-4.1",
        verdict=Interpretation.Verdict.CONFIRMED,
        words="照此执行",
        decided_on=dt.date(2011, 5, 3),
        decided_by="总公司营销委员会",
    )
    record_interpretation(decision, by=Actor(users[Role.GENERAL_MANAGER]))


def _review(side: Side) -> None:
    """A dismissal review and what is brought to the marketing director, each with a step of the branch's own."""
    opened = dt.datetime(2011, 6, 1, tzinfo=dt.UTC)
    Review.objects.filter(employee__in=side.people).delete()
    for kind in Review.Kind:
        review = Review.objects.create(employee=side.closer, kind=kind, month=MAY, last_month=MAY, opened_at=opened)
        if kind == Review.Kind.ATTENTION:
            ReviewStep.objects.create(
                review=review, kind="talk", date=dt.date(2011, 6, 2), words=f"第{side.branch.pk}家面谈", made_at=opened
            )


def _award(side: Side, users: dict[str, User]) -> None:
    """The closer is recommended for the travel, which waits for the signature; as champion it is signed."""
    today, number, amount = dt.date(2011, 6, 3), side.branch.pk, 500 + _fen(side.branch)
    AwardRecommendation.objects.create(
        year=2011,
        employee=side.closer,
        kind=AwardKind.TRAVEL,
        reason=f"第{number}家推荐旅游",
        made_by=users[Role.BRANCH_GM],
        made_at=dt.datetime(2011, 6, 3, tzinfo=dt.UTC),
    )
    hr = Actor(users[Role.HR])
    traveller = AwardTerms(2011, side.closer, AwardKind.TRAVEL, "granted", f"第{number}家待签旅游", amount)
    champion = AwardTerms(2011, side.closer, AwardKind.CHAMPION, "granted", f"第{number}家业绩最好", amount + 100)
    decide_award(traveller, today=today, by=hr)
    decision = decide_award(champion, today=today, by=hr)
    sign_award(decision, shown=decision.digest, by=Actor(users[Role.GENERAL_MANAGER]))


def _give_ranks(side: Side, users: dict[str, User]) -> None:
    """Ranks given from August on: the developer's is signed, the closer's, with its document, waits for it."""
    reason, document = f"第{side.branch.pk}家调整团队", f"人字〔2011〕{side.branch.pk}号"
    file = Attachment(f"第{side.branch.pk}家红头文件.pdf", b"%PDF-1.4 ...")
    for person in (side.developer, side.closer):
        wanted = WantedRank(person, JULY + 1, "GJ", reason, document)
        shown = rank_effect(wanted).digest
        decision = decide_rank(wanted, shown=shown, file=file, by=Actor(users[Role.HR]))
        if person == side.developer:
            sign_rank(decision, shown=shown, by=Actor(users[Role.GENERAL_MANAGER]))


def _suppose(asker: User, now: dt.datetime) -> None:
    """A preview: from April on a higher tier of the middle rank, and half the target of the north."""
    plan_text = PLAN_TEXT.replace('["40000.00", "0.10"]', '["40000.00", "0.11"]')
    Preview.objects.create(
        first_month=APRIL, last_month=MAY, plan_text=plan_text, targets={"B1": "50000.00"}, asked_at=now, asked_by=asker
    )
    work_on_previews()


def _side(firm: Firm, branch: Branch, sales: Department, office: Department) -> Side:
    closer, developer = firm.seller("GW", department=sales), firm.seller("ZL", department=sales)
    clerk = firm.clerk(f"{3000 + _fen(branch)}", department=office)
    paid = firm.sells(closer, f"{70000 + _fen(branch)}", "04-10")
    firm.receipt(paid.contract, f"{-20000 - _fen(branch)}", "05-12", reverses=paid)
    orphan = firm.client()
    firm.assign(orphan, developer, "04-02")
    signed = firm.contract(developer, client=orphan, signed="04-05", assistant=clerk, amount=f"{900000 + _fen(branch)}")
    firm.receipt(signed, f"{30000 + _fen(branch)}", "04-12")
    firm.weigh(clerk, "3")
    firm.weigh(clerk, "2", MAY)
    for person in (closer, developer, clerk):
        _tell_private_details(person)
    _keep(branch, closer, orphan)
    return Side(branch, closer, developer, clerk)


def _fen(branch: Branch) -> Decimal:
    """What the south's amounts are larger by than the north's, CNY: nothing that moves a tier."""
    return Decimal("0.00") if branch == Branch.objects.earliest("pk") else Decimal("123.45")


def _tell_private_details(person: Employee) -> None:
    """An ID number, a bank account and a telephone of the person's own."""
    person.id_number, person.bank_account = f"11010119900101{person.pk:04}", f"622202100000{person.pk:04}"
    person.phone = f"1380000{person.pk:04}"
    person.save()


def _correct(side: Side, hr: User) -> None:
    """A receipt of April turns out to have been larger, and the clerk gets an award."""
    receipt = Receipt.objects.get(contract__closer=side.closer, posted_in=APRIL)
    award = Decimal("88.00") + _fen(side.branch)
    for wanted in (WrongAmount(receipt, receipt.amount + 1000), OtherPay(side.clerk, award)):
        make_correction(wanted, reason="银行回单更正", shown=effect_of(wanted).digest, by=Actor(hr))


def _keep(branch: Branch, person: Employee, client: Client) -> None:
    """What is kept beside sales: a leave, opening data, claims spent and refused, what an import said."""
    Absence.objects.create(employee=person, start=dt.date(2011, 7, 1), end=dt.date(2011, 7, 9), kind=Absence.Kind.SICK)
    MinimumWage.objects.create(
        branch=branch, city="北京", effective_from=dt.date(2011, 1, 1), amount=Decimal("1160.00"), source="京人社劳发"
    )
    PersonTarget.objects.create(branch=branch, month=Month(2011, 9), employee=person, amount=7000 + _fen(branch))
    OpeningState.objects.create(employee=person)
    OpeningSales.objects.create(employee=person, month=Month(2011, 3), sales=100 + _fen(branch))
    for number, amount in ((1, 200), (2, 900000)):
        FundClaim.objects.create(
            number=f"F{branch.pk}{number}",
            branch=branch,
            fund=FundKind.CLIENT_RELATIONS,
            date=dt.date(2011, 5, 3),
            amount=amount + _fen(branch),
            purpose=f"第{branch.pk}家招待",
            client=client,
        )
    batch = ImportBatch.objects.create(
        file_name=f"第{branch.pk}家分公司.xlsx",
        sha256="0",
        imported_at=dt.datetime(2011, 4, 1, tzinfo=dt.UTC),
        counts={"员工": {"added": 3, "changed": 0, "skipped": 0}},
    )
    ImportedRow.objects.create(sheet="员工", key=person.number, content={"姓名": "某人"}, batch=batch)


def _protect(hr: User) -> None:
    """Terms of client protection; a follow-up of each client, and a lapse and a claim that its contract made void."""
    ProtectionTerms.objects.create(start=dt.date(2011, 4, 1), follow_up_days=30, protection_days=90, limit=2, set_by=hr)
    for client in Client.objects.filter(contracts__isnull=False).select_related("registered_owner"):
        person = client.contracts.get().closer
        FollowUp.objects.create(
            client=client,
            date=dt.date(2011, 5, 3),
            note=f"拜访{client.number}的负责人",
            person=person,
            recorded_at=dt.datetime(2011, 5, 3, tzinfo=dt.UTC),
            recorded_by=hr,
        )
        Lapse.objects.create(client=client, date=dt.date(2011, 6, 1), owner=person)
        PoolClaim.objects.create(client=client, date=dt.date(2011, 6, 2), owner=person, claimed_by=hr)


def _call_in_chinese() -> None:
    """Names as in a Chinese firm, so that what is left in English on a page is the page's own."""
    for branch, code, name in zip(Branch.objects.order_by("pk"), ("B1", "B2"), ("北方", "南方"), strict=True):
        Branch.objects.filter(pk=branch.pk).update(code=code, name=name)
        for system, department in (("sales", "销售部"), ("support", "综合部")):
            departments = Department.objects.filter(branch=branch, system=system)
            departments.update(code=f"{code}{len(department)}{system == 'sales':d}", name=f"{name}{department}")


def _user(role: str, side: Side) -> User:
    """A log-in; the salesperson is the closer, the two of the branch sit in its posts."""
    user = User.objects.create(username=f"u-{role}", role=role, is_staff=role != Role.SALESPERSON)
    places = {
        Role.SALESPERSON: side.closer,
        Role.SALES_MANAGER: side.developer,
        Role.BRANCH_GM: side.clerk,
    }
    if person := places.get(Role(role)):
        person.user = user
        person.save()
    return user


def keys(rows: Iterable[object]) -> set[object]:
    """The rows' keys."""
    return {row.pk for row in rows}  # type: ignore[attr-defined]
