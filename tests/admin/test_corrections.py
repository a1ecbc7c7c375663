"""The admin's pages of corrections: asked for, looked at, confirmed once, taken back while the month is open."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from access.roles import PEOPLE
from clients.models import Contract, Receipt
from compensation.models import Adjustment, Correction
from monthend.models import MonthRun
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_pages import links_of, text_of
from tests.firm import APRIL, MAY

ADD = address(Correction, "add")
MADE_BEFORE = 6
"""The corrections of the house."""


@pytest.fixture
def hr(house: House) -> Browser:
    return house.browse(Role.HR)


def assisted(house: House) -> Receipt:
    """The north's receipt of April that pays a developer and an assistant, not corrected yet."""
    return Receipt.objects.get(contract__closer=house.north.developer, posted_in=APRIL)


def ask(browser: Browser, kind: str, step: str = "look", **given: object) -> str:
    """The page that answers a form; what was shown is confirmed as it stood there."""
    return browser.post(
        f"{ADD}?kind={kind}", {"reason": "银行回单", "step": step, **given}, follow=True
    ).content.decode()


def shown_on(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]+)"', page)
    assert found, words(page)
    return found[1]


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_receipt_of_a_locked_month_leads_to_its_correction(house: House, hr: Browser) -> None:
    receipt = assisted(house)
    page = address(Receipt, "change", receipt.pk)
    door = next(link for link in links_of(hr, page) if link.startswith(ADD)).replace("&amp;", "&")
    assert f'value="{receipt.number}"' in hr.get(door).content.decode()
    assert not any(link.startswith(ADD) for link in links_of(house.browse(Role.FINANCE), page))


def test_it_is_shown_first_and_done_once(house: House, hr: Browser) -> None:
    receipt = assisted(house)
    given = {"receipt": receipt.number, "right": "31,000.00"}
    looked = ask(hr, "amount", **given)
    assert "将在2011年5月记 2 条调整" in words(looked)
    for amount in ("2,400.00", "2,480.00", "80.00", "240.00", "248.00", "8.00"):
        assert amount in words(looked)
    assert Correction.objects.count() == MADE_BEFORE
    done = ask(hr, "amount", "confirm", shown=shown_on(looked), **given)
    made = Correction.objects.get(receipt=receipt)
    assert f"{made.number} 已计入2011年5月" in words(done)
    assert (made.made_by, made.reason) == (house.users[Role.HR], "银行回单")
    again = ask(hr, "amount", "confirm", shown=shown_on(looked), **given)
    assert "它现在就是按这个金额计的" in words(again)
    assert Correction.objects.count() == MADE_BEFORE + 1


def test_what_was_not_shown_is_not_done(house: House, hr: Browser) -> None:
    receipt = assisted(house)
    looked = ask(hr, "amount", receipt=receipt.number, right="31000.00")
    changed = ask(hr, "amount", "confirm", shown=shown_on(looked), receipt=receipt.number, right="32000.00")
    assert "影响已有变化" in words(changed)
    assert "2,560.00" in words(changed)
    assert Correction.objects.count() == MADE_BEFORE
    ask(hr, "amount", "confirm", shown=shown_on(changed), receipt=receipt.number, right="32000.00")
    assert Correction.objects.count() == MADE_BEFORE + 1


@pytest.mark.parametrize("right", ["", "0", "-1", "1.005", "NaN", "1e400", "Infinity", "9" * 30, "三万", "1\x002"])
def test_what_is_no_right_amount_is_told_beside_its_field(house: House, hr: Browser, right: str) -> None:
    page = ask(hr, "amount", "confirm", receipt=assisted(house).number, right=right, shown="0")
    assert page.count('class="ask-field is-wrong"') == 1
    assert Correction.objects.count() == MADE_BEFORE


@pytest.mark.parametrize(
    ("kind", "field", "given"),
    [
        ("amount", "receipt", {"receipt": "R99999", "right": "1"}),
        ("amount", "reason", {"receipt": "{receipt}", "right": "1", "reason": "  "}),
        ("closer", "contract", {"contract": "K99999", "right": "{clerk}"}),
        ("closer", "right", {"contract": "{contract}", "right": "{clerk}"}),
        ("other", "employee", {"employee": "", "amount": "1"}),
        ("other", "amount", {"employee": "{clerk}", "amount": "0.00"}),
    ],
)
def test_what_is_refused_is_told_beside_its_field(
    house: House, hr: Browser, kind: str, field: str, given: dict[str, str]
) -> None:
    receipt = assisted(house)
    known = {"receipt": receipt.number, "contract": receipt.contract.number, "clerk": house.north.clerk.number}
    page = ask(hr, kind, **{name: value.format(**known) for name, value in given.items()})
    wrong = re.findall(r'class="ask-field is-wrong">\s*<label for="id_(\w+)"', page)
    assert wrong == [field]
    assert Correction.objects.count() == MADE_BEFORE


def test_a_wrong_closer_moves_the_lines_and_tells_what_follows(house: House, hr: Browser) -> None:
    contract = Contract.objects.get(closer=house.north.developer)
    given = {"contract": contract.number, "right": house.north.closer.number}
    looked = ask(hr, "closer", **given)
    for told in (house.north.developer.name, house.north.closer.name, "-2,400.00", "自2011年5月起"):
        assert told in words(looked)
    ask(hr, "closer", "confirm", shown=shown_on(looked), **given)
    moved = Adjustment.objects.filter(correction__contract=contract).values_list("employee", "amount")
    assert set(moved) == {
        (house.north.developer.pk, Decimal("-2400.00")),
        (house.north.closer.pk, Decimal("2400.00")),
    }


def test_what_base_pay_stays_is_told_before_and_after(house: House, hr: Browser) -> None:
    given = {"receipt": assisted(house).number, "right": "1000.00"}
    looked = ask(hr, "amount", **given)
    assert "1-4.1、1-4.3.2：" in words(looked)
    made = ask(hr, "amount", "confirm", shown=shown_on(looked), **given)
    for page in (words(looked), words(made)):
        assert "基本工资按当时所发，不变" in page
        assert "由人力资源核定应补金额" in page


def test_it_is_taken_back_while_its_month_is_open(house: House, hr: Browser) -> None:
    made = Correction.objects.filter(kind=Correction.Kind.OTHER, adjustments__employee=house.north.clerk).get()
    page = address(Correction, "change", made.pk)
    assert any(link.endswith("/delete/") for link in links_of(hr, page))
    assert "88.00" in text_of(hr, address(Correction, "delete", made.pk))
    assert hr.post(address(Correction, "delete", made.pk), {"post": "yes"}).status_code == 302
    assert not Correction.objects.filter(pk=made.pk).exists()
    assert MonthRun.objects.get(month=MAY, state=MonthRun.State.STALE)


def test_once_its_month_is_locked_it_stays(house: House, hr: Browser) -> None:
    made = Correction.objects.filter(kind=Correction.Kind.OTHER).first()
    assert made is not None
    house.firm.close(MAY)
    assert hr.post(address(Correction, "delete", made.pk), {"post": "yes"}).status_code == 403
    assert not any(link.endswith("/delete/") for link in links_of(hr, address(Correction, "change", made.pk)))
    assert Correction.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.HR])
def test_nobody_else_corrects(house: House, role: str) -> None:
    browser = house.browse(role)
    made = Correction.objects.first()
    assert made is not None
    for url in (ADD, address(Correction, "delete", made.pk)):
        assert browser.get(url).status_code in (302, 403)
        assert browser.post(url, {"step": "confirm", "post": "yes"}).status_code in (302, 403)
    assert Correction.objects.count() == MADE_BEFORE


def test_a_branch_sees_its_own_alone(house: House) -> None:
    manager = house.browse(Role.BRANCH_GM)
    listed = text_of(manager, address(Correction, "changelist"))
    south = Correction.objects.get(to_branch=house.south.branch)
    assert south.number not in listed
    assert Correction.objects.get(to_branch=house.north.branch).number in listed
    assert manager.get(address(Correction, "change", south.pk)).status_code in (302, 404)


def test_looking_takes_a_fixed_number_of_queries(house: House, hr: Browser) -> None:
    receipt = assisted(house)
    with CaptureQueriesContext(connection) as few:
        ask(hr, "amount", receipt=receipt.number, right="31000.00")
    for day in range(1, 9):
        house.firm.receipt(receipt.contract, "100.00", f"05-{day:02}")
    with CaptureQueriesContext(connection) as many:
        ask(hr, "amount", receipt=receipt.number, right="31000.00")
    assert len(many) == len(few)
