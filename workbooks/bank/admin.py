"""Admin pages of bank statements: upload, the reconciliation, and each line to pair by hand."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.actor import Actor
from access.bodies import takes_files
from access.pages.admin_base import ReachFilter, viewing
from access.pages.links import address
from access.pages.records import Record
from access.rights import Right, may
from clients.bank.actions import (
    BankRefused,
    keep_statement,
    match_again,
    pair_by_hand,
    set_aside,
    take_apart,
    take_back,
    throw_statement_away,
)
from clients.bank.pages import choices_of, line_record, statement_record, undecided_lines
from clients.bank.selectors import Reconciliation, candidates_of, reconciliation_of, with_state
from clients.models import BankLine, BankPair, BankStatement
from periods.admin_base import BookAdmin
from workbooks.bank.forms import StatementForm
from workbooks.bank.reading import StatementRefused, read_statement
from workbooks.problems import Problem, printable
from workbooks.xlsx.package import MAX_FILE_BYTES

LISTED_FAULTS = 20


@admin.register(BankStatement)
class BankStatementAdmin(BookAdmin):
    list_display = ["__str__", "lines_open", "file_name", "uploaded_by", "uploaded_at"]
    list_select_related = ["uploaded_by"]
    search_fields = ["file_name", "account"]
    date_hierarchy = "last_day"
    change_form_template = "admin/bank_statement.html"
    empty_text = gettext_lazy("Upload the bank's statement: you see which receipts are at the bank, and which are not.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankStatement]:
        rows: QuerySet[BankStatement] = super().get_queryset(request)
        paired = Exists(BankPair.objects.filter(line=OuterRef("lines__pk"), ended_at=None))
        waits = Q(lines__set_aside_at=None, lines__amount__gt=0) & ~Q(paired)
        return rows.annotate(waiting=Count("lines", filter=waits))

    @admin.display(description=gettext_lazy("lines open"))
    def lines_open(self, statement: Any) -> str:
        """How many lines of money that came in wait."""
        return str(statement.waiting or "–")

    def _found(self, request: HttpRequest, statement: BankStatement) -> Reconciliation:
        """The reconciliation, read once for a page."""
        found: Reconciliation | None = getattr(request, "reconciliation", None)
        if found is None:
            found = reconciliation_of(statement)
            request.reconciliation = found  # type: ignore[attr-defined]
        return found

    def record(self, request: HttpRequest, obj: BankStatement) -> Record:
        return statement_record(self._found(request, obj), viewing(request))

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"undecided": undecided_lines(self._found(request, obj), viewing(request))}

    @takes_files(MAX_FILE_BYTES, Right.ADD, BankStatement)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; once the statement is there, its reconciliation."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StatementForm(request.POST or None, request.FILES or None, initial=_as_last_time())
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            data = given["file"].read()
            try:
                read = read_statement(data)
                statement = keep_statement(
                    read.lines,
                    data=data,
                    file_name=printable(given["file"].name),
                    account=printable(given["account"]),
                    days=given["days"],
                    by=Actor(viewing(request)),
                )
            except StatementRefused as refusal:
                for told in _told(refusal.problems):
                    form.add_error("file", told)
            except BankRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                if read.skipped:
                    messages.info(request, _skipped_told(read.skipped))
                return HttpResponseRedirect(address(statement))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reconcile with the bank"),
            "form": form,
        }
        return TemplateResponse(request, "admin/bank_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The reconciliation; its button pairs what became certain since."""
        statement = self.get_object(request, object_id)
        if request.method == "POST" and statement is not None and self.has_add_permission(request):
            count = match_again(statement, by=Actor(viewing(request)))
            told = ngettext("%(count)d line more is matched.", "%(count)d lines more are matched.", count)
            messages.success(request, told % {"count": count})
            return HttpResponseRedirect(address(statement))
        return super().change_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Throw a statement away; what speaks against it is told on its page."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except BankRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(address(self.get_queryset(request).get(pk=object_id)))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The statements alone: their lines are theirs, and go with them."""
        return [str(statement) for statement in objs], {str(self.opts.verbose_name): len(objs)}, set(), []

    def remove(self, obj: BankStatement, *, by: Actor) -> None:
        throw_statement_away(obj, by=by)


class LineState(admin.SimpleListFilter):
    """Lines by what became of them."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("came in, open")),
            ("paired", _("matched")),
            ("outgoing", _("paid out, no refund of ours")),
            ("aside", _("set aside")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BankLine]) -> QuerySet[BankLine]:
        return with_state(queryset, self.value() or "")


@admin.register(BankLine)
class BankLineAdmin(BookAdmin):
    list_display = ["day", "payer", "purpose", "reference", "amount"]
    list_filter = [LineState, ("statement", ReachFilter)]
    search_fields = ["payer", "purpose", "reference"]
    search_help_text = gettext_lazy("Other party, purpose or reference")
    date_hierarchy = "day"
    change_form_template = "admin/bank_line.html"

    def record(self, request: HttpRequest, obj: BankLine) -> Record:
        return line_record(obj, viewing(request))

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        if not may(request.user, Right.ADD, BankStatement):
            return {}
        is_paired = obj.pairs.filter(ended_at=None).exists()
        is_open = not is_paired and obj.set_aside_at is None
        choices = choices_of(candidates_of(obj), viewing(request)) if is_open else []
        return {"may_pair": True, "is_paired": is_paired, "is_open": is_open, "choices": choices}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The line's page; its buttons pair it, take it apart, set it aside and take it back."""
        line = self.get_object(request, object_id)
        if request.method == "POST" and line is not None and may(request.user, Right.ADD, BankStatement):
            act = _ACTS.get(request.POST.get("act", ""), _nothing)
            try:
                messages.success(request, act(line, request.POST, Actor(viewing(request))))
            except BankRefused as refusal:
                messages.error(request, str(refusal))
            return HttpResponseRedirect(address(line.statement if request.POST.get("back") else line))
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(BankPair)
class BankPairAdmin(BookAdmin):
    list_display = ["receipt", "line", "evidence", "paired_by", "paired_at", "ended_by", "ended_at"]
    list_select_related = ["receipt", "line", "paired_by", "ended_by"]
    search_fields = ["receipt__number", "line__payer", "line__reference"]
    search_help_text = gettext_lazy("Receipt number, other party or reference")


def _nothing(line: BankLine, told: Any, by: Actor) -> str:
    raise BankRefused(_("Nothing was done: use the page's buttons."))


def _pair(line: BankLine, told: Any, by: Actor) -> str:
    numbers = [number for number in re.split(r"[\s,，;；、]+", " ".join(told.getlist("receipts"))) if number]
    if not numbers:
        raise BankRefused(_("Name the receipt."))
    pair_by_hand(line, numbers, by=by)
    return _("Paired with %(receipts)s.") % {"receipts": _(", ").join(numbers)}


def _take_apart(line: BankLine, told: Any, by: Actor) -> str:
    take_apart(line, by=by)
    return _("Taken apart; the matching won't pair these two again.")


def _set_aside(line: BankLine, told: Any, by: Actor) -> str:
    set_aside(line, reason=printable(told.get("reason", "")), by=by)
    return _("Set aside.")


def _take_back(line: BankLine, told: Any, by: Actor) -> str:
    take_back(line, by=by)
    return _("It is open again.")


_ACTS: dict[str, Callable[[BankLine, Any, Actor], str]] = {
    "pair": _pair,
    "take_apart": _take_apart,
    "set_aside": _set_aside,
    "take_back": _take_back,
}


def _as_last_time() -> dict[str, Any]:
    """The account and the days of the last statement: most firms have one account."""
    last = BankStatement.objects.order_by("-id").values("account", "days").first()
    return dict(last) if last else {"days": BankStatement._meta.get_field("days").default}


def _skipped_told(count: int) -> str:
    told = ngettext(
        "%(count)d row was passed over: by it no money came in or went out.",
        "%(count)d rows were passed over: by them no money came in or went out.",
        count,
    )
    return told % {"count": count}


def _told(problems: Any) -> list[str]:
    """Each problem in one line, the first ones."""
    told = [_line_of(problem) for problem in problems[:LISTED_FAULTS]]
    hidden = len(problems) - LISTED_FAULTS
    return [*told, _("%(count)d further ones are not listed") % {"count": hidden}] if hidden > 0 else told


def _line_of(problem: Problem) -> str:
    if problem.row is None:
        return problem.reason
    facts = {"row": problem.row, "column": problem.column or "", "value": problem.value or "", "reason": problem.reason}
    return _("row %(row)d, %(column)s “%(value)s”: %(reason)s") % facts
