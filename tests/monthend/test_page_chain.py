"""A month that people locked tells its chain code, where they see that it is locked and with the next approval."""

from access.actor import Actor
from monthend.approval.actions import submit_run
from monthend.lock.selectors_chain import check_chain, link_at, long_code, short_code
from monthend.models import MonthRun
from monthend.page.acting import carry_out_as_shown
from monthend.page.acts import MonthAct
from monthend.page.asking import asked_of, shown_of
from tests.firm import APRIL, MAY, TODAY
from tests.monthend.stage import Role, Stage, locked


def test_the_chain_code_is_told_once_locked_and_with_the_next_approval(stage: Stage) -> None:
    assert "封存链码" not in stage.page(Role.MARKETING_DIRECTOR)
    locked(stage)
    code = link_at(APRIL)
    for role in (Role.MARKETING_DIRECTOR, Role.BRANCH_GM):
        page = stage.page(role)
        assert f"封存链码 {short_code(code)}" in page
        assert f"封存链码 {long_code(code)}" in page
    assert check_chain().findings == []

    stage.firm.close(MAY, lock=False)
    may = MonthRun.objects.get(month=MAY, state=MonthRun.State.COMPUTED)
    submit_run(may.pk, today=TODAY, by=stage.actor(Role.HR))
    director = stage.users[Role.MARKETING_DIRECTOR]
    may.refresh_from_db()
    asked = asked_of(MonthAct.APPROVE, may, director, TODAY)
    assert not any("等待审批" in told for told in asked.warnings)
    assert ("2011年4月的封存链码", short_code(code)) in [(one.label, one.cell.text) for one in asked.facts]
    shown = shown_of(MonthAct.APPROVE, may, director, TODAY)
    told = carry_out_as_shown(MonthAct.APPROVE, may, shown, today=TODAY, by=Actor(director))
    assert told.endswith(f"此前各月已锁定至2011年4月，封存链码 {short_code(code)}。")
