"""Client protection at the demo company: terms, what has gone to the open pool, and clients registered lately."""

import datetime as dt

from django.db import transaction

from access.actor import Actor
from access.models import User
from clients.models import FollowUp, ProtectionTerms
from clients.protection.actions import lapse_clients, record_follow_up, register_client, save_terms
from salesorg.demo.months import DemoMonths
from staff.forms import pickable
from staff.models import Employee

FOLLOW_UP_DAYS = 30
EARLIER = ("北京星河广告有限公司", "上海东方物流有限公司", "深圳前海贸易有限公司", "北京明德教育咨询有限公司")
LATELY = (("北京远景文化传播有限公司", 27), ("北京蓝图软件有限责任公司", 12), ("上海晨光教育咨询有限公司", 3))
"""Names, and how many days ago they were registered; those before went to the open pool. The first is kept four days
more."""


@transaction.atomic
def begin_protection(months: DemoMonths) -> None:
    """HR sets terms and registers the first clients, unless that was done.

    They lapse on the running month's first day: the clients of the workbook begin with the terms, too, and none of
    those who sign in its months are to be taken from their owners before.
    """
    if ProtectionTerms.objects.exists():
        return
    hr = User.objects.get(username="hr")
    start = months.running.first - dt.timedelta(FOLLOW_UP_DAYS + 1)
    terms = ProtectionTerms(
        start=start, follow_up_days=FOLLOW_UP_DAYS, protection_days=180, limit=200, cool_down_days=30
    )
    save_terms(terms, by=Actor(hr))
    for name, owner in zip(EARLIER, pickable(hr, in_sales=True), strict=False):
        register_client(name=name, phone="", owner=owner, referred_by=None, today=start, by=Actor(hr))


def lapse_first_clients(today: dt.date) -> None:
    """Nobody followed up on what was registered first."""
    lapse_clients(today, by=Actor(User.objects.get(username="hr")))


def register_lately(today: dt.date) -> None:
    """Clients with a visit each; the one that is kept for the fewest days more is the demo's salesperson's."""
    hr = User.objects.get(username="hr")
    own = Employee.objects.get(user__username="sales")
    owners = [own, *pickable(hr, in_sales=True).exclude(pk=own.pk)]
    for (name, days), owner in zip(LATELY, owners, strict=False):
        begun = today - dt.timedelta(days)
        client = register_client(name=name, phone="", owner=owner, referred_by=None, today=begun, by=Actor(hr))
        visit = FollowUp(client=client, date=begun, kind=FollowUp.Kind.VISIT, note="登门拜访，介绍产品")
        record_follow_up(visit, today=begun, by=Actor(hr))
