"""Admin pages of reviews: the list, the case with all that it rests on, and what is done about it."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.accounts.second_person import is_about
from access.actor import Actor
from access.models import User
from access.pages.admin_base import viewing
from access.pages.form_pages import ask
from access.pages.links import address
from access.pages.records import Record
from access.refusals import EffectChanged
from periods.admin_base import BookAdmin
from staff.models import ReviewStep
from staff.reviews.actions import ReviewRefused, decide_review, record_step, send_review_back, sign_review
from staff.reviews.forms import FORMS
from staff.reviews.models import Review
from staff.reviews.pages import conditions_shown, review_record, state_cell, terms_of, what_holds
from staff.reviews.selectors import may_decide, may_note, may_sign, proposal_of, review_digest

Kind, State = Review.Kind, Review.State
TITLES = {
    "step": gettext_lazy("Record what was done"),
    "decide": gettext_lazy("Decide the review"),
    "sign": gettext_lazy("Sign the decision"),
    "back": gettext_lazy("Send the decision back"),
}


class ReviewStateFilter(admin.ChoicesFieldListFilter):
    """Reviews by their state; what waits is to be decided or, of the lowest rank, to be looked after."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            is_open = choice["display"] == State.OPEN.label
            yield {**choice, "display": _("to be decided or looked after")} if is_open else choice


@admin.register(Review)
class ReviewAdmin(BookAdmin):
    list_display = ["employee", "kind", "month", "last_month", "age", "standing", "decision", "decided_by", "signed_by"]
    list_filter = ["kind", ("state", ReviewStateFilter)]
    list_select_related = ["employee", "decided_by", "signed_by"]
    search_fields = ["employee__number", "employee__name"]
    search_help_text = gettext_lazy("Staff number or name")
    change_form_template = "admin/review.html"
    empty_text = gettext_lazy("A computed month opens a review where the law asks people to decide.")

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        return [path("<int:pk>/act/<slug:what>/", act, name="staff_review_act"), *super().get_urls()]

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, review: Review) -> str:
        """What a review waits for."""
        return state_cell(review).text

    def age(self, review: Review) -> str:
        """How long a review has waited, in days; nothing for one that is done."""
        days = (timezone.now() - review.opened_at).days
        return "–" if review.state == State.DONE else _("%(days)d days") % {"days": days}

    age.short_description = gettext_lazy("waiting for")  # type: ignore[attr-defined]
    age.admin_order_field = "opened_at"  # type: ignore[attr-defined]

    def record(self, request: HttpRequest, obj: Review) -> Record:
        return review_record(obj, viewing(request))

    def beside(self, request: HttpRequest, obj: Review) -> dict[str, Any]:
        acts = [(what, TITLES[what]) for what in FORMS if is_open_to(viewing(request), obj, what)]
        return {"acts": acts, "conditions": conditions_shown(obj)}

    def act_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """One of the things done about a review: asked for in a form, then done."""
        review = get_object_or_404(self.get_queryset(request).select_related("employee"), pk=pk)
        if what not in FORMS or not has_right_to(viewing(request), review, what):
            raise PermissionDenied
        if not is_open_to(viewing(request), review, what):
            messages.warning(request, _("This has been done already, or can't be done now."))
            return HttpResponseRedirect(address(review))
        form = FORMS[what](request.POST if request.method == "POST" else None)
        if form.is_valid() and self._carry_out(request, review, what, form):
            messages.success(request, what_holds(review) if what == "sign" else _("Recorded."))
            return HttpResponseRedirect(address(review))
        asks_signer = what in ("sign", "back")
        return ask(
            self,
            request,
            form,
            str(TITLES[what]),
            back=address(review),
            about=f"{review.employee} · {review.get_kind_display()}",
            sentences=[*review_record(review, viewing(request)).sentences, *terms_of(review)] if asks_signer else [],
            template="admin/review_act.html",
            conditions=conditions_shown(review) if what == "decide" else [],
            sent=[("shown", review_digest(review))] if asks_signer else [],
        )

    def _carry_out(self, request: HttpRequest, review: Review, what: str, form: Any) -> bool:
        """Do it; False, with the reason in the form, where it is refused."""
        by, today, given = Actor(viewing(request)), timezone.localdate(), form.cleaned_data
        shown = request.POST.get("shown", "")
        try:
            match what:
                case "step":
                    record_step(review, **given, today=today, by=by)
                case "decide":
                    decide_review(review, form.given, today=today, by=by)
                case "sign":
                    sign_review(review, shown=shown, by=by)
                case _:
                    send_review_back(review, shown=shown, reason=given["reason"], today=today, by=by)
        except EffectChanged:
            messages.warning(request, _("What it does has changed: look again, then confirm."))
            review.refresh_from_db()
            return False
        except ReviewRefused as refusal:
            form.add_error(refusal.field, refusal.reason)
            return False
        return True


@admin.register(ReviewStep)
class ReviewStepAdmin(BookAdmin):
    list_display = ["review", "kind", "date", "words", "made_by"]
    list_filter = ["kind"]
    list_select_related = ["review__employee", "made_by"]
    search_fields = ["review__employee__number", "review__employee__name", "words"]


def has_right_to(user: User, review: Review, what: str) -> bool:
    """Whether the user's role does this, whenever its time is."""
    match what:
        case "step":
            return may_note(user, review)
        case "decide":
            return may_decide(user) and review.kind == Kind.DISMISSAL
        case _:
            return may_sign(user) and review.kind == Kind.DISMISSAL


def is_open_to(user: User, review: Review, what: str) -> bool:
    """Whether the user may do this now."""
    if not has_right_to(user, review, what) or is_about(user, review.employee_id):
        return False
    match what:
        case "step":
            return review.kind == Kind.ATTENTION or review.state != State.DONE
        case "decide":
            return review.state == State.OPEN
        case _:
            return review.state == State.DECIDED and proposal_of(review).is_for(user)
