"""All months' results from the inputs, in the order of the law."""

from collections.abc import Iterator
from decimal import Decimal

from monthend.verify.amounts import NOTHING, total
from monthend.verify.assessing import Careers, assess
from monthend.verify.base_pay import base_pay_rows, stretches
from monthend.verify.commissions import ASSIST, ASSIST_BORNE, COMMISSION, Commissions, sum_of
from monthend.verify.crediting import Crediting
from monthend.verify.facts import Facts, Receipt
from monthend.verify.fund_lots import Funds
from monthend.verify.orphans import Clients
from monthend.verify.person_month import PersonMonth, person_month
from monthend.verify.results import ContractRow, MonthResults, PayslipRow
from monthend.verify.staffing import Staffing
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
        self._branches = {branch.code: branch for branch in facts.branches}
        self._people = {person.number: person for person in facts.people}
        self._staffing = Staffing(facts)
        self._clients = Clients(facts, self._staffing)
        self._crediting = Crediting(facts, self._staffing, self._clients)
        self._commissions = Commissions(facts, self._staffing, self._clients, self._crediting)
        self._careers = Careers(facts)
        self._funds = Funds(facts)
        self._carried = {state.person: state.brought for state in facts.opening_states}

    def compute(self, month: Month) -> MonthResults:
        """Credit, pay lines and base pay, assess, share the support bonus, post the funds, write payslips."""
        plan = self._facts.plan_in_force(month)
        results = MonthResults(month)
        receipts = [receipt for receipt in self._facts.receipts if receipt.posted_in == month]
        self._crediting.credit(receipts, plan)
        for receipt in receipts:
            kind = self._clients.orphan_kind_of_contract[receipt.contract]
            results.contracts[receipt.contract,] = ContractRow(self._branch_of(receipt), kind)
        results.credits = self._crediting.rows(receipts, month)
        people = self._people_in_post(month, receipts, plan)
        results.lines = self._commissions.pay(receipts, people, plan)
        for person in people.values():
            self._pay_base(results, person, plan)
            self._assess(results, person, plan)
        self._share_and_accrue(results, receipts, plan)
        self._write_payslips(results, people, plan)
        return results

    def _branch_of(self, receipt: Receipt) -> str:
        return self._crediting.branch_of(self._contracts[receipt.contract])

    def _people_in_post(self, month: Month, receipts: list[Receipt], plan: Plan) -> dict[str, PersonMonth]:
        found: dict[str, PersonMonth] = {}
        for number in sorted(self._people):
            sales = self._crediting.net_sales(number, receipts)
            person = person_month(number, month, sales, self._staffing, self._careers, plan)
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
        """Full months in sales only, and none with an absence for illness, maternity or injury in it."""
        month = results.month
        is_away = any(
            absence.person == person.person
            and absence.is_protected
            and absence.start <= month.last
            and absence.end >= month.first
            for absence in self._facts.absences
        )
        if person.career is None or is_away:
            return
        results.assessments[person.person,] = assess(
            person.career, month, person.sales, plan, person.branch, on_threshold_wage=person.on_threshold_wage
        )

    def _share_and_accrue(self, results: MonthResults, receipts: list[Receipt], plan: Plan) -> None:
        """A receipt always counts for the branch that the closer belonged to when signing, credited or not."""
        month = results.month
        sales = {
            branch: total(receipt.amount for receipt in receipts if self._branch_of(receipt) == branch)
            for branch in self._branches
        }
        targets = {target.branch: target.amount for target in self._facts.targets if target.month == month}
        weights = {weight.person: weight.weight for weight in self._facts.weights if weight.month == month}
        staff = support_staff(self._facts, self._staffing, month)
        results.pools = pool_rows(sales, targets, staff, plan)
        results.shares = share_rows(results.pools, weights, staff)
        self._funds.close(results, sales, targets, plan)

    def _write_payslips(self, results: MonthResults, people: dict[str, PersonMonth], plan: Plan) -> None:
        carried: dict[str, Decimal] = {}
        for number, person in people.items():
            slip = self._payslip(results, person, plan)
            results.payslips[number,] = slip
            carried[number] = slip.carried
        self._carried = carried

    def _payslip(self, results: MonthResults, person: PersonMonth, plan: Plan) -> PayslipRow:
        number = person.person
        department = person.last_stay.department
        base_pay = total(row.amount for (paid, _start), row in results.base_pay.items() if paid == number)
        commission = sum_of(results.lines, number, COMMISSION, ASSIST_BORNE)
        assist = sum_of(results.lines, number, ASSIST)
        brought = self._carried.get(number, NOTHING)
        share = results.shares.get((number,))
        bonus = NOTHING if share is None else share.amount
        earned = commission + assist + brought
        return PayslipRow(
            branch=person.branch,
            plan=plan.version,
            department=department.code,
            name=self._people[number].name,
            branch_name=self._branches[person.branch].name,
            department_name=department.name,
            rank="" if person.rank is None else person.rank.code,
            rank_name="" if person.rank is None else person.rank.name,
            bank_name=self._people[number].bank_name,
            bank_account=self._people[number].bank_account,
            sales=person.sales,
            base_pay=base_pay,
            on_threshold_wage=person.on_threshold_wage,
            commission=commission,
            assist=assist,
            brought=brought,
            adjustment=NOTHING,
            carried=min(earned, NOTHING),
            support_bonus=bonus,
            gross=base_pay + max(earned, NOTHING) + bonus,
        )
