"""The admin's pages of weights: a month's branches, and the one table of each."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.models import User
from access.pages.admin_base import viewing
from access.pages.records import Cell, Record, Row, Table
from access.reach import scope_of, within_reach
from access.rights import Right, may
from access.roles import Scope
from compensation.actions import remove_support_weight, why_weight_stays
from compensation.models import SupportPool, SupportWeight
from compensation.month.selectors import support_posts
from monthend.approval.selectors import names, read_in_charge
from monthend.checks import month_due
from monthend.weights.actions import WeightsRefused, save_weights
from monthend.weights.forms import WeightsForm
from monthend.weights.selectors import read_table, table_address
from periods.admin_base import BookAdmin, OwnMonthFilter
from periods.pages import facts_of
from periods.selectors import is_locked
from rulebook.cells import amount, headings, number, numeric, text
from rulebook.month import Month
from rulebook.wording import amount_text, month_text
from staff.models import Branch


@admin.register(SupportWeight)
class SupportWeightAdmin(BookAdmin):
    """The weights as a list; they are given in the branch's table."""

    list_display = ["employee", "month", "weight", "reason"]
    list_filter = [("month", OwnMonthFilter)]
    list_select_related = ["employee"]
    search_fields = ["employee__number", "employee__name"]

    def get_urls(self) -> list[URLPattern]:
        enter, table = self.admin_site.admin_view, "table/<str:text>/<int:pk>/"
        return [
            path("table/", enter(self.due_view), name="compensation_supportweight_due"),
            path("table/<str:text>/", enter(self.branches_view), name="compensation_supportweight_branches"),
            path(table, enter(self.table_view), name="compensation_supportweight_table"),
            path(
                "table/<str:text>/<int:pk>/shares/", enter(self.shares_view), name="compensation_supportweight_shares"
            ),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, obj: SupportWeight) -> Record:
        post = support_posts(obj.month).filter(employee=obj.employee).select_related("department").first()
        links = [Cell(_("Weights of the branch"), table_address(obj.month, post.department.branch_id))] if post else []
        return Record(
            title=str(obj),
            subtitle=str(self.opts.verbose_name),
            facts=facts_of(obj, viewing(request), ["month", "employee", "weight", "reason"]),
            links=links,
        )

    def why_not_removed(self, obj: SupportWeight, by: Actor) -> str:
        return why_weight_stays(obj, by)

    def remove(self, obj: SupportWeight, *, by: Actor) -> None:
        remove_support_weight(weight=obj, by=by)

    def due_view(self, request: HttpRequest) -> HttpResponse:
        """Lead to the weights of the month to close next, or of this one."""
        self._require_reader(request)
        month = month_due() or Month.of(timezone.localdate())
        return HttpResponseRedirect(reverse("admin:compensation_supportweight_branches", args=[month]))

    def branches_view(self, request: HttpRequest, text: str) -> HttpResponse:
        """A month's branches with their pools, and who gives the weights; of who sees one branch, its table."""
        month, viewer = _month(text), self._require_reader(request)
        branches = list(within_reach(viewer, Branch.objects.order_by("code")))
        if len(branches) == 1:
            return HttpResponseRedirect(table_address(month, branches[0].pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Support bonus weights of %(month)s") % {"month": month_text(month)},
            "record": Record(
                title=_("Support bonus weights of %(month)s") % {"month": month_text(month)},
                tables=[_branch_table(month, branches)],
            ),
            "months": [(other, month_text(other)) for other in (month - 1, month + 1)],
        }
        return TemplateResponse(request, "admin/weights_of_month.html", context)

    def table_view(self, request: HttpRequest, text: str, pk: int) -> HttpResponse:
        """The weights of a branch's support staff: filled in by who gives them, read by others."""
        month, viewer = _month(text), self._require_reader(request)
        branch = self._branch(viewer, pk)
        today = timezone.localdate()
        in_charge = read_in_charge(today)
        table = read_table(month, branch, in_charge)
        is_open = not is_locked(month)
        form = WeightsForm(request.POST or None, table=table, viewer=viewer)
        if request.method == "POST" and not form.is_mine:
            raise PermissionDenied
        if form.is_bound and form.is_valid():
            try:
                given = form.given
                save_weights(month, branch, given, shown=form.cleaned_data["shown"], today=today, by=Actor(viewer))
            except WeightsRefused as refusal:
                form.add_error(None, refusal.reason)
                form.shown_anew()
            else:
                words = _("The weights of %(count)s people are saved; a computed month is computed again by HR.")
                messages.success(request, words % {"count": len(given)})
                return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(branch)s, %(month)s: support bonus weights")
            % {"branch": branch.name, "month": month_text(month)},
            "month": month,
            "months": [(other, month_text(other)) for other in (month - 1, month + 1)],
            "branch": branch,
            "sees_all": scope_of(viewer) is Scope.COMPANY,
            "table": table,
            "pool": amount_text(table.amount) if table.pool else "",
            "form": form,
            "lines": list(form.lines()),
            "is_form": is_open and form.is_mine,
            "is_open": is_open,
            "givers": names(in_charge.weighers(pk)),
        }
        return TemplateResponse(request, "admin/weights.html", context)

    def shares_view(self, request: HttpRequest, text: str, pk: int) -> HttpResponse:
        """What the weights typed so far come to: parts of the table, which asks for them as one types."""
        month, viewer = _month(text), self._require_reader(request)
        table = read_table(month, self._branch(viewer, pk), read_in_charge(timezone.localdate()))
        form = WeightsForm(request.POST, table=table, viewer=viewer)
        return TemplateResponse(request, "admin/weights_shares.html", {"lines": list(form.lines()), "is_swap": True})

    def _require_reader(self, request: HttpRequest) -> User:
        viewer = viewing(request)
        if not may(viewer, Right.VIEW, SupportPool):
            raise PermissionDenied
        return viewer

    def _branch(self, viewer: User, pk: int) -> Branch:
        branch = within_reach(viewer, Branch.objects.filter(pk=pk)).first()
        if branch is None:
            raise Http404
        return branch


def _branch_table(month: Month, branches: list[Branch]) -> Table:
    in_charge = read_in_charge(timezone.localdate())
    pools = {pool.branch_id: pool for pool in SupportPool.objects.filter(month=month)}
    staff: dict[int, list[int]] = {branch.pk: [] for branch in branches}
    for post in support_posts(month).select_related("department"):
        staff.setdefault(post.department.branch_id, []).append(post.employee_id)
    weighed = set(SupportWeight.objects.filter(month=month).values_list("employee", flat=True))
    rows = []
    for branch in branches:
        here, people, pool = table_address(month, branch.pk), staff[branch.pk], pools.get(branch.pk)
        without = sum(person not in weighed for person in people)
        rows.append(
            Row(
                [
                    text(branch, here),
                    number(len(people)),
                    number(without or None),
                    amount(pool.pool if pool else None),
                    Cell(names(in_charge.weighers(branch.pk))),
                ]
            )
        )
    return Table(
        _("branches"),
        headings(
            _("branch"),
            numeric(_("in support")),
            numeric(_("without a weight")),
            numeric(_("pool")),
            _("who gives them"),
        ),
        rows,
        empty=_("There are no branches yet; they come with the company's workbook."),
    )


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise Http404 from error
