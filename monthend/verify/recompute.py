"""All months' results from the inputs, in the order of the law."""

from collections.abc import Container, Iterator, Sequence

from monthend.verify.amounts import NOTHING
from monthend.verify.assessing import Careers, assess
from monthend.verify.base_pay import base_pay_rows, stretches
from monthend.verify.commissions import Commissions
from monthend.verify.corrections import Corrections, Posted
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Facts, Receipt
from monthend.verify.fund_lots import Funds
from monthend.verify.orphans import Clients
from monthend.verify.payslips import payslip_rows, payslips_of_left
from monthend.verify.person_month import PersonMonth, person_month
from monthend.verify.results import ContractRow, MonthResults
from monthend.verify.rulings import Rulings
from monthend.verify.staffing import Staffing, Stay
from monthend.verify.support import pool_rows, share_rows, support_staff
from rulebook.month import Month
from rulebook.plan import Plan


def recompute(facts: Facts, until: Month) -> Iterator[MonthResults]:
    """Compute every month from the first to `until`, one after the other."""
    company = _Company(facts)
    month = facts.first_month
    while month <= until:
        yield company.compute(month)
        month = month + 1


class _Company:
    """What carries over from month to month."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._contracts = {contract.number: contract for contract in facts.contracts}
        self._staffing = Staffing(facts)
        self._clients = Clients(facts, self._staffing)
        rulings = Rulings(facts, self._staffing)
        self._crediting = Crediting(facts, self._staffing, self._clients, rulings)
        self._commissions = Commissions(facts, self._staffing, self._clients, self._crediting, rulings)
        self._corrections = Corrections(facts, self._staffing, self._crediting, rulings, self._commissions.paid)
        self._careers = Careers(facts)
        self._funds = Funds(facts)
        self._carried = {state.person: state.brought for state in facts.opening_states}

    def compute(self, month: Month) -> MonthResults:
        """Correct, credit, pay lines and base pay, assess, share the support bonus, post the funds, write payslips."""
        plan = self._facts.plan_in_force(month)
        results = MonthResults(month)
        posted = self._corrections.post(month)
        results.adjustments, results.ruled_adjustments = posted.adjustments, posted.ruled_adjustments
        results.ruling_shares, results.branch_moves = posted.shares, posted.branch_moves
        receipts = self._facts.cash.posted_in(month)
        self._crediting.credit(receipts, plan)
        for receipt in receipts:
            contract = self._contracts[receipt.contract]
            branch = self._crediting.branch_at_signing(contract, contract.closer)
            results.contracts[contract.number,] = ContractRow(
                branch, self._clients.orphan_kind_of_contract[contract.number]
            )
        results.credits, results.ruled_credits = self._crediting.rows(receipts), self._crediting.ruled_rows(receipts)
        people = self._people(month, receipts, posted, plan)
        work = self._commissions.pay(receipts, people, plan)
        results.lines, results.ruled_lines = work.lines, work.ruled_lines
        results.held = dict(self._corrections.held(receipts, results))
        self._corrections.remember(receipts, work.written)
        for person in people.values():
            self._pay_base(results, person, plan)
            self._assess(results, person, plan)
        self._share_and_accrue(results, receipts, posted, plan)
        brought = {person: deficit for person, deficit in self._carried.items() if self._stayed_on(person, month)}
        results.payslips = payslip_rows(results, people, brought, plan)
        results.payslips |= payslips_of_left(results, self._left(month, people, posted), posted.sales_of_people, plan)
        self._carried = {person: slip.carried for (person,), slip in results.payslips.items()}
        return results

    def _stayed_on(self, person: str, month: Month) -> bool:
        """Whether the employment ran on from the month before, which a deficit is carried with."""
        days = ((month - 1).last, month.first)
        return all(self._staffing.on(person, day) is not None for day in days)

    def _left(self, month: Month, people: Container[str], posted: Posted) -> dict[str, Stay]:
        """Whom a dispute pays, or makes give back, in a month without a day in post: with the last post."""
        left = {
            person: self._staffing.last_until(person, month.last) for person in posted.settled if person not in people
        }
        return {person: stay for person, stay in left.items() if stay is not None}

    def _people(self, month: Month, receipts: Sequence[Receipt], posted: Posted, plan: Plan) -> dict[str, PersonMonth]:
        found: dict[str, PersonMonth] = {}
        net_sales = self._crediting.net_sales(receipts)
        away = {
            absence.person
            for absence in self._facts.absences
            if absence.is_protected and absence.start <= month.last and absence.end >= month.first
        }
        for number in sorted(self._facts.people):
            person = person_month(
                number,
                month,
                net_sales.get(number, NOTHING),
                posted.sales_of_people.get(number, NOTHING),
                self._staffing,
                self._careers,
                plan,
                has_protected_absence=number in away,
            )
            if person is not None:
                found[number] = person
        return found

    def _pay_base(self, results: MonthResults, person: PersonMonth, plan: Plan) -> None:
        ranks = {
            day: self._careers.of(person.person, stay).rank_on(day)
            for day, stay in person.days
            if stay.department.is_sales
        }
        found = stretches(person.days, ranks, plan)
        results.base_pay |= base_pay_rows(
            person.person, person.branch, found, results.month, plan, on_threshold_wage=person.on_threshold_wage
        )

    def _assess(self, results: MonthResults, person: PersonMonth, plan: Plan) -> None:
        if person.career is not None:
            results.assessments[person.person,] = assess(
                person.career,
                results.month,
                person.assessed_sales,
                plan,
                person.branch,
                on_threshold_wage=person.on_threshold_wage,
            )

    def _share_and_accrue(self, results: MonthResults, receipts: Sequence[Receipt], posted: Posted, plan: Plan) -> None:
        """A receipt always counts for the branch that the closer belonged to when signing, credited or not."""
        month = results.month
        sales = dict.fromkeys(self._facts.branches, NOTHING)
        for credit in [*results.credits.values(), *results.ruled_credits.values()]:
            sales[credit.branch] += credit.amount
        for branch, moved in posted.sales_of_branches.items():
            sales[branch] += moved
        targets = {target.branch: target.amount for target in self._facts.targets if target.month == month}
        weights = {weight.person: weight.weight for weight in self._facts.weights if weight.month == month}
        staff = support_staff(self._facts, self._staffing, month)
        results.pools = pool_rows(sales, targets, staff, plan)
        results.shares = share_rows(results.pools, weights, staff)
        arrived = [*((receipt, receipt.amount) for receipt in receipts), *posted.receipts]
        self._funds.close(results, arrived, sales, targets, plan)
