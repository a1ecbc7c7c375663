"""Months computed aside while others compute, close and wait: nobody disturbs anybody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from access.actor import CONSOLE
from monthend.close import close_month
from monthend.models import MonthRun
from monthend.preview.compute import compare
from monthend.preview.figures import read_figures
from monthend.preview.shadow import one_view, shadowed
from monthend.preview.what_if import WhatIf
from periods.turns import wait_for_turn
from tests.firm import APRIL, JUNE, MAY, TODAY, Firm
from tests.monthend.preview.test_compute import closed, supposed_plan


def test_previews_and_a_close_at_once_do_not_disturb_each_other(firm: Firm) -> None:
    closed(firm)
    plans = [None, supposed_plan('["40000.00", "0.10"]', '["40000.00", "0.11"]'), supposed_plan('"0.08"', '"0.07"')]
    alone = [compare(WhatIf(APRIL, MAY, plan)) for plan in plans]

    def apart(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(plans) + 1) as pool:
        previews = [pool.submit(apart, partial(compare, WhatIf(APRIL, MAY, plan))) for plan in plans]
        close = pool.submit(apart, lambda: close_month(JUNE, lock=True, today=TODAY, by=CONSOLE))
        assert close.result().is_locked
        assert [preview.result() for preview in previews] == alone
    (june,) = compare(WhatIf(JUNE, JUNE)).supposed
    assert june == read_figures(JUNE)


def test_a_preview_waits_for_nobody_and_nobody_for_it(firm: Firm) -> None:
    closed(firm)

    def close_at_once() -> bool:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return close_month(JUNE, lock=True, today=TODAY, by=CONSOLE).is_locked
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with one_view(), shadowed(APRIL, MAY):
            assert pool.submit(close_at_once).result(timeout=60)
            assert not MonthRun.objects.filter(month=JUNE).exists(), "it sees what was there when it began"
        with transaction.atomic():
            wait_for_turn()
            assert pool.submit(_compare_elsewhere).result(timeout=60)


def _compare_elsewhere() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return bool(compare(WhatIf(APRIL, MAY)).supposed)
    finally:
        connection.close()


def test_within_another_transaction_nothing_is_computed_aside(firm: Firm) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        compare(WhatIf(APRIL, APRIL))
