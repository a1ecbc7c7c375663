"""Client protection at the demo company: terms, what went to the open pool in autumn, and clients registered lately."""

import datetime as dt

from access.actor import CONSOLE, Actor
from access.models import User
from clients.actions_protection import lapse_clients, record_follow_up, register_client, save_terms
from clients.models import FollowUp, ProtectionTerms
from staff.picking import pickable

START = dt.date(2011, 9, 1)
LOOKED_AT = dt.date(2011, 10, 31)
EARLIER = ("北京星河广告有限公司", "上海东方物流有限公司", "深圳前海贸易有限公司", "北京明德教育咨询有限公司")
LATELY = (("北京远景文化传播有限公司", 27), ("北京蓝图软件有限责任公司", 12), ("上海晨光教育咨询有限公司", 3))
"""Names, and how many days ago they were registered; those before went to the open pool."""


def protect_clients(today: dt.date) -> None:
    """HR sets terms; nobody followed up on the clients registered first."""
    hr = User.objects.get(username="hr")
    by = Actor(hr)
    terms = ProtectionTerms(start=START, follow_up_days=30, protection_days=180, limit=200, cool_down_days=30)
    save_terms(terms, by=by)
    owners = list(pickable(hr, in_sales=True))
    for name, owner in zip(EARLIER, owners, strict=False):
        register_client(name=name, phone="", owner=owner, referred_by=None, today=START, by=by)
    lapse_clients(LOOKED_AT, by=CONSOLE)
    for (name, days), owner in zip(LATELY, owners, strict=False):
        begun = today - dt.timedelta(days)
        client = register_client(name=name, phone="", owner=owner, referred_by=None, today=begun, by=by)
        visit = FollowUp(client=client, date=begun, kind=FollowUp.Kind.VISIT, note="登门拜访，介绍产品")
        record_follow_up(visit, today=begun, by=by)
