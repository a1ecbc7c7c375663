"""What a party of a dispute is told on the phone: the term, what is known, what was found against oneself."""

import datetime as dt
import re

from django.utils import timezone

from access.models import User
from clients.models import FollowUp
from disputes.actions import begin_verification
from disputes.clock.actions import add_pause
from disputes.models import Dispute
from disputes.violations.actions import record_violation, sign_violation
from disputes.violations.selectors import WantedViolation, effect_of_violation, effect_of_wanted_violation
from tests.firm import on
from tests.portal.disputed import RAISED, Stage, log_in, shown


def test_who_broke_the_rules_reads_what_follows_and_nobody_else_does(stage: Stage) -> None:
    dispute = stage.verifying()
    wanted = WantedViolation(stage.cast.alice, "rebate", "warning", "私下给客户返佣")
    shown_first = effect_of_wanted_violation(dispute, wanted, RAISED).digest
    violation = record_violation(dispute, wanted, shown=shown_first, today=RAISED, by=log_in(User.Role.HR))
    address = f"/disputes/{dispute.number}/"
    assert "对您的处理" not in shown(stage.alice, address)
    shown_first = effect_of_violation(violation).digest
    sign_violation(violation, shown=shown_first, today=RAISED, by=log_in(User.Role.GENERAL_MANAGER))
    page = shown(stage.alice, address)
    for told in ("对您的处理", "对您予以严重警告", "私下给客户返佣", "3-2.1"):
        assert told in page, told
    assert "私下给客户返佣" not in shown(stage.bob, address)


def test_the_line_of_what_is_known_tells_a_party_no_amount_no_note_and_no_third(stage: Stage) -> None:
    """Before verification what came through oneself; then the other side's, too, without notes and amounts."""
    dispute = stage.raised()
    client, contract = dispute.client, stage.contract
    said = {stage.cast.alice: "已谈妥报价", stage.cast.bob: "约定讲座", stage.cast.eve: "顺路拜访"}
    kept = {"kind": "visit", "date": on("05-06"), "recorded_at": timezone.now(), "recorded_by": dispute.raised_by}
    for person, note in said.items():
        FollowUp.objects.create(client=client, person=person, note=note, **kept)
    address = f"/disputes/{dispute.number}/time-line/"
    before = shown(stage.alice, address)
    for told in ("已谈妥报价", contract.number, "8,000.00"):
        assert told in before, told
    for hidden in ("Bob", "约定讲座", "Eve", "顺路拜访"):
        assert hidden not in before, hidden
    begin_verification(dispute, by=log_in(User.Role.HR))
    after = shown(stage.alice, address)
    assert "Bob" in after
    assert "他人" in after
    for hidden in ("约定讲座", "Eve", "顺路拜访"):
        assert hidden not in after, hidden
    other = shown(stage.bob, address)
    assert "约定讲座" in other
    for hidden in ("8,000.00", "已谈妥报价"):
        assert hidden not in other, hidden
    assert stage.eve.get(address).status_code == 404


def test_the_term_tells_how_long_it_runs_and_pauses(stage: Stage) -> None:
    dispute, today = stage.verifying(), timezone.localdate()
    Dispute.objects.filter(pk=dispute.pk).update(raised_on=today, due_on=today + dt.timedelta(days=14))
    dispute.refresh_from_db()
    add_pause(
        dispute, start=today, end=today + dt.timedelta(days=2), reason="等候客户回函", today=today, by=log_in("hr")
    )
    page = shown(stage.bob, f"/disputes/{dispute.number}/")
    assert "等候客户回函" in page
    assert re.search(r"还剩 \d+ 个工作日", page)
