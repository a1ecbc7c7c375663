"""The pages of support bonus pools and their shares, as values."""

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Record, Table, adds_to
from access.reach import within_reach
from compensation.explain import explain_pool, explain_share
from compensation.models import Credit, SupportPool, SupportShare, SupportWeight
from periods.pages import facts_of, table_of
from rulebook.cells import amount, fact, month
from rulebook.plan import AttainmentScope
from staff.models import Target


def pool_record(pool: SupportPool, viewer: User) -> Record:
    """A branch's pool, how it came about and how it was shared."""
    shares = within_reach(viewer, SupportShare.objects.filter(month=pool.month, branch=pool.branch_id))
    return Record(
        title=f"{pool.branch} · {_('support bonus')}",
        subtitle=month(pool.month).text,
        figure=fact(_("pool"), amount(pool.pool)),
        sentences=[explain_pool(pool)],
        facts=facts_of(
            pool,
            viewer,
            [
                "branch",
                "sales",
                "target",
                "rated_sales",
                "rated_target",
                "tier_floor",
                "rate",
                "has_staff",
                "plan_version",
            ],
            sources=_pool_sources(pool, viewer),
        ),
        tables=[
            table_of(
                _("support bonus shares"),
                list(shares.select_related("employee", "department")),
                viewer,
                ["employee", "department", "weight", "amount"],
                empty=_("Nothing to share, or no weights entered yet."),
                sentence=lambda row: row.reason,
                total="amount",
            )
        ],
    )


def _pool_sources(pool: SupportPool, viewer: User) -> dict[str, str]:
    """Where the figures of a pool come from: the branch's credits and target, for the rate perhaps the company's."""
    plan = Links(viewer, [pool.plan_version]).to(pool.plan_version, "support_bonus")
    of_branch = {"month": pool.month, "branch__id__exact": pool.branch_id}
    is_company = pool.plan_version.plan.support_bonus.scope is AttainmentScope.COMPANY
    rated = {"month": pool.month} if is_company else of_branch
    return {
        "sales": listed(Credit, **of_branch),
        "target": listed(Target, **of_branch),
        "rated_sales": listed(Credit, **rated),
        "rated_target": listed(Target, **rated),
        "tier_floor": plan,
        "rate": plan,
    }


def share_record(row: SupportShare, viewer: User) -> Record:
    """One person's share of the pool."""
    pool = SupportPool.objects.filter(month=row.month, branch=row.branch_id).first()
    links = Links(viewer, [pool])
    return Record(
        title=f"{row.employee} · {_('support bonus')}",
        subtitle=month(row.month).text,
        figure=fact(_("amount"), amount(row.amount)),
        sentences=[explain_share(row)],
        facts=[
            *facts_of(row, viewer, ["employee", "branch", "department"]),
            fact(_("pool"), amount(row.pool, links.to(pool))),
            *facts_of(row, viewer, ["weight", "total_weight", "reason"]),
        ],
    )


@adds_to(SupportWeight)
def share_by_weight(weight: SupportWeight, viewer: User) -> list[Table]:
    """What the weight brought."""
    rows = within_reach(viewer, SupportShare.objects.filter(month=weight.month, employee=weight.employee_id))
    return [
        table_of(
            _("support bonus"),
            list(rows),
            viewer,
            ["month", "pool", "weight", "total_weight", "amount"],
            empty=_("The month has not been computed with this weight yet."),
            sentence=explain_share,
        )
    ]
