"""Until when a dispute can be raised (3-2.4.1), and whose client is very large (3-2.2)."""

import datetime as dt
from decimal import Decimal

import pytest

from disputes.actions import raise_complaint, raise_dispute
from disputes.models import Dispute
from disputes.refusals import DisputeRefused
from disputes.rules import appeal_window, is_very_large
from disputes.selectors import is_very_large_client, plan_of, window_of
from disputes.wanted import Complaint
from tests.disputes.case import Case
from tests.firm import on

day = dt.date.fromisoformat

WINDOWS = [
    # first cash, last day on which a dispute can be raised
    ("2011-04-15", "2011-05-15"),
    ("2011-01-31", "2011-02-28"),
    ("2012-01-31", "2012-02-29"),
    ("2012-02-29", "2012-03-29"),
    ("2011-02-28", "2011-03-28"),
    ("2011-12-15", "2012-01-15"),
    ("2011-12-31", "2012-01-31"),
    ("2011-11-30", "2011-12-30"),
    ("2011-10-31", "2011-11-30"),
]


@pytest.mark.article("3-2.4.1")
@pytest.mark.parametrize(("first", "last"), WINDOWS)
def test_a_dispute_can_be_raised_until_the_same_day_of_the_next_month(first: str, last: str) -> None:
    window = appeal_window(day(first), 1)
    assert (window.opens, window.closes) == (day(first), day(last))
    one = dt.timedelta(days=1)
    assert [window.is_open(one_day) for one_day in (day(first) - one, day(first), day(last), day(last) + one)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.article("3-2.4.1")
def test_without_cash_it_is_not_open_yet() -> None:
    assert not appeal_window(None, 1).is_open(day("2011-05-01"))


@pytest.mark.article("3-2.2")
@pytest.mark.parametrize(
    ("receipts", "expected"),
    [
        ([("2011-04-01", "199999.99")], False),
        ([("2011-04-01", "200000.00")], True),
        ([("2011-04-01", "200000.01"), ("2011-04-30", "-0.01")], True),
        ([("2011-04-01", "200000.00"), ("2011-05-01", "-0.01")], False),
        ([("2011-04-01", "199999.99"), ("2011-05-02", "0.01")], False),
        ([("2011-04-01", "200000.00"), ("2011-05-02", "-50000.00")], True),
    ],
)
def test_a_client_is_very_large_from_the_plans_number_on(receipts: list[tuple[str, str]], *, expected: bool) -> None:
    found = [(day(received), Decimal(amount)) for received, amount in receipts]
    assert is_very_large(found, day("2011-05-01"), Decimal("200000.00")) == expected


@pytest.mark.django_db
def test_corrections_and_refunds_do_not_move_the_window() -> None:
    case = Case()
    case.firm.receipt(case.contract, "-10000.00", "04-20", reverses=case.receipt)
    case.firm.receipt(case.contract, "5000.00", "06-01")
    window = window_of(case.contract, plan_of(on("05-01")))
    assert (window.opens, window.closes) == (on("04-15"), on("05-15"))


@pytest.mark.django_db
def test_too_late_is_refused_at_once_to_everybody_with_article_and_dates() -> None:
    case = Case()
    for by in (case.claimants, case.hr):
        with pytest.raises(DisputeRefused, match=r"3-2\.4\.1") as refused:
            raise_dispute(case.claim(), today=on("05-16"), by=by)
        assert all(told in refused.value.reason for told in ("2011-04-15", "2011-05-15", "2011-05-16"))
    assert not Dispute.objects.exists()
    assert raise_dispute(case.claim(), today=on("05-15"), by=case.claimants) == Dispute.objects.get()


@pytest.mark.django_db
def test_before_the_first_cash_it_is_said_to_be_too_early() -> None:
    case = Case()
    contract = case.firm.contract(case.closer)
    with pytest.raises(DisputeRefused, match=r"3-2\.4\.1"):
        raise_dispute(case.claim(contract=contract), today=on("05-01"), by=case.claimants)


@pytest.mark.django_db
def test_a_clients_complaint_has_no_window() -> None:
    case = Case()
    complaint = Complaint(case.contract.client, "承诺的返点没有给", case.contract)
    dispute = raise_complaint(complaint, today=on("12-31"), by=case.hr)
    assert dispute.kind == Dispute.Kind.CLIENT
    assert dispute.hold is not None


@pytest.mark.django_db
def test_very_large_counts_all_the_clients_contracts_net_of_refunds() -> None:
    case = Case()
    client = case.contract.client
    other = case.firm.contract(case.closer, client=client)
    whole = case.firm.receipt(other, "190000.00", "04-20")
    assert is_very_large_client(client, on("05-01"))
    case.firm.receipt(other, "-0.01", "05-02", reverses=whole)
    assert not is_very_large_client(client, on("05-02"))
    assert is_very_large_client(client, on("05-01"))
