"""One's own disputes on the phone (part three): raise one, answer, offer, agree, take the claim back, read the end.

Whoever is no party gets the same answer as for a dispute that isn't there.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from access.actor import Actor
from access.bodies import takes_files
from access.pages.admin_base import viewing
from access.refusals import EffectChanged, Refused
from access.rights import Right
from clients.models import Contract
from disputes.actions import raise_dispute, state_answer, withdraw
from disputes.deciding.actions_offers import confirm_offer, decline_offer, make_offer, withdraw_offer
from disputes.deciding.effects import effect_of_offer, effect_of_wanted_offer
from disputes.evidence.actions import bring_evidence
from disputes.evidence.files import MAX_FILE_BYTES
from disputes.evidence.forms import EvidenceForm
from disputes.models import Evidence, Offer
from disputes.selectors import parties_shown_to, statement_shown_to
from disputes.selectors_acts import Act, acts_open_to
from disputes.wanted import Claim
from portal.dispute_forms import AnswerForm, ClaimForm, ContractForm, OfferForm, WithdrawForm
from portal.dispute_line import own_line
from portal.own_disputes import (
    OwnDispute,
    claim_told,
    claimable,
    days_left,
    evidence_shown,
    held_of,
    latest_offer_of,
    moved_by,
    open_offer_of,
    own_dispute,
    own_dispute_about,
    own_disputes,
    own_part,
    own_share,
    pauses_shown,
    ruling_of,
    sides_of,
    violations_of,
    waits_for,
)
from portal.pages import View, own_page, private
from portal.selectors import OwnPay, own_pay
from staff.models import Employee


def _asking(view: View) -> View:
    """A page that asks for something: read, or sent."""
    return private(require_http_methods(["GET", "HEAD", "POST"])(login_required(view)))


def _sent(view: View) -> View:
    """What is only sent."""
    return private(require_POST(login_required(view)))


@own_page
def own_list(request: HttpRequest) -> HttpResponse:
    """The disputes that one is a party of."""
    pay = own_pay(viewing(request))
    rows = own_disputes(pay.employee) if pay else []
    context = {"employee": pay.employee if pay else None, "disputes": rows, "today": timezone.localdate()}
    return render(request, "portal/disputes.html", context)


@_asking
def raise_one(request: HttpRequest) -> HttpResponse:
    """Ask which contract; tell what can be done about it, and until when; take the claim."""
    pay = _own_pay(request)
    given = request.POST if request.method == "POST" else request.GET
    number, client = given.get("contract", ""), given.get("client", "")
    contract = claimable(viewing(request), number, client) if number else None
    if contract is None:
        return _ask_contract(request, pay, number, client)
    about = own_dispute_about(pay.employee, contract)
    if about is not None and about.is_open:
        messages.info(request, _("You are a party of the dispute about this contract: say here what is to be said."))
        return redirect("portal:dispute", about.number)
    is_open, window = claim_told(contract, pay.employee, timezone.localdate())
    form = ClaimForm(request.POST if "statement" in request.POST else None)
    if is_open and form.is_valid() and (done := _raise(request, pay.employee, contract, form)):
        return done
    told = {"contract": contract, "client": client, "is_open": is_open, "window": window, "form": form}
    return render(request, "portal/dispute_raise.html", {"employee": pay.employee, **told})


def _ask_contract(request: HttpRequest, pay: OwnPay, number: str, client: str) -> HttpResponse:
    form = ContractForm(
        request.POST if request.method == "POST" else None, initial={"contract": number, "client": client}
    )
    if form.is_valid():
        form.add_error(
            "contract",
            _(
                "No contract has this number and this client. Look at both again; human resources or a manager of your"
                " branch can raise the dispute for you."
            ),
        )
    return render(request, "portal/dispute_contract.html", {"employee": pay.employee, "form": form})


def _raise(request: HttpRequest, claimant: Employee, contract: Contract, form: ClaimForm) -> HttpResponse | None:
    """Raise it and lead to it; None, with the reason in the form, where it is refused."""
    claim = Claim(contract=contract, claimant=claimant, **form.cleaned_data)
    try:
        dispute = raise_dispute(claim, today=timezone.localdate(), by=Actor(viewing(request)))
    except Refused as refusal:
        _put(form, refusal)
        return None
    facts = {"number": dispute.number, "contract": contract.number}
    messages.success(
        request,
        _(
            "Dispute %(number)s about contract %(contract)s is raised; until it ends, its commission is held. Bring"
            " your evidence below: photos, records, the contract."
        )
        % facts,
    )
    return redirect("portal:dispute", dispute.number)


@own_page
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One of them."""
    return _page(request, *_found(request, number))


@own_page
def time_line(request: HttpRequest, number: str) -> HttpResponse:
    """What the system knows of the client, as far as a party may read it."""
    pay, own = _found(request, number)
    shown = parties_shown_to(viewing(request), own.dispute)
    moments = own_line(own.dispute, own.party, shown)
    context = {"employee": pay.employee, "own": own, "dispute": own.dispute, "moments": moments}
    return render(request, "portal/dispute_time_line.html", context)


def _page(request: HttpRequest, pay: OwnPay, own: OwnDispute, **forms_sent: forms.Form) -> HttpResponse:
    user, dispute = viewing(request), own.dispute
    acts = acts_open_to(user, dispute)
    latest = latest_offer_of(dispute) if dispute.is_open else None
    ruling = None if dispute.is_open else ruling_of(dispute)
    sides, pauses = sides_of(user, own), pauses_shown(user, dispute)
    context: dict[str, Any] = {
        "employee": pay.employee,
        "own": own,
        "dispute": dispute,
        "today": timezone.localdate(),
        "waits_for": waits_for(dispute),
        "pauses": pauses,
        "days_left": days_left(dispute, pauses),
        "statement": statement_shown_to(user, dispute),
        "is_said": any(side.party.statement == dispute.statement for side in sides),
        "sides": sides,
        "evidence": evidence_shown(user, dispute, sides),
        "evidence_form": EvidenceForm() if dispute.is_open else None,
        "held": held_of(user, pay.employee, dispute),
        "offer": latest if latest and latest.state == Offer.State.OPEN else None,
        "last_offer": latest,
        "ruling": ruling,
        "share": own_share(ruling, pay.employee) if ruling and ruling.correction_id else None,
        "moved": [] if dispute.is_open else moved_by(user, pay.employee, dispute),
        "violations": violations_of(user, pay.employee, dispute),
        "may_offer": Act.MAKE_OFFER in acts,
        "answer_form": AnswerForm(initial={"statement": own.party.statement}) if Act.STATE_ANSWER in acts else None,
        "withdraw_form": WithdrawForm() if Act.WITHDRAW in acts and own.party.side == own.party.Side.CLAIMANT else None,
    }
    return render(request, "portal/dispute.html", {**context, **forms_sent})


@_sent
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Put down what one says."""
    pay, own = _found(request, number)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            state_answer(own.dispute, pay.employee, by=Actor(viewing(request)), **form.cleaned_data)
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("What you say is put down; until the first finding you can change it."))
            return redirect("portal:dispute", number)
    return _page(request, pay, own, answer_form=form)


@_sent
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take one's claim back."""
    pay, own = _found(request, number)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw(own.dispute, by=Actor(viewing(request)), claimant=pay.employee, **form.cleaned_data)
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("Your claim is taken back."))
            return redirect("portal:dispute", number)
    return _page(request, pay, own, withdraw_form=form)


@takes_files(MAX_FILE_BYTES, Right.ADD, Evidence)
@_sent
def evidence(request: HttpRequest, number: str) -> HttpResponse:
    """Bring evidence, with a photo or another file."""
    pay, own = _found(request, number)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            bring_evidence(own.dispute, today=timezone.localdate(), by=Actor(viewing(request)), **form.given)
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, _("Your evidence is kept."))
            return redirect("portal:dispute", number)
    return _page(request, pay, own, evidence_form=form)


@_asking
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """The offer on the table and, once asked for, what it does for oneself; without one what is to be offered."""
    pay, own = _found(request, number)
    on_table = open_offer_of(own.dispute)
    if on_table is not None:
        return _offered(request, pay, own, on_table)
    if Act.MAKE_OFFER not in acts_open_to(viewing(request), own.dispute):
        messages.error(request, _("There is no offer on the table, and none can be made now."))
        return redirect("portal:dispute", number)
    return _offering(request, pay, own)


def _offering(request: HttpRequest, pay: OwnPay, own: OwnDispute) -> HttpResponse:
    """Ask for the offer, show what it does, then make it if it does what was shown."""
    form = OfferForm(parties_shown_to(viewing(request), own.dispute), request.POST or None)
    context: dict[str, Any] = {"employee": pay.employee, "dispute": own.dispute, "form": form}
    if form.is_valid():
        try:
            effect = effect_of_wanted_offer(own.dispute, form.wanted)
            if request.POST.get("shown") == effect.digest:
                make_offer(own.dispute, form.wanted, by=Actor(viewing(request)))
                messages.success(request, _("The offer is made; it holds once all the others agree."))
                return redirect("portal:dispute", own.dispute.number)
            context |= {"effect": effect, "part": own_part(effect, pay.employee)}
        except Refused as refusal:
            _put(form, refusal)
    return render(request, "portal/dispute_offer_make.html", context)


def _offered(request: HttpRequest, pay: OwnPay, own: OwnDispute, on_table: Offer) -> HttpResponse:
    is_asked = request.POST.get("answer") == "see"
    if request.method == "POST" and not is_asked:
        return _answer_offer(request, own, on_table)
    context: dict[str, Any] = {
        "employee": pay.employee,
        "dispute": own.dispute,
        "offer": on_table,
        "is_own": on_table.made_by_id == pay.employee.pk,
        "agreed": [row.employee for row in on_table.confirmations.all()],
        "may_agree": own.waits_for_agreement,
    }
    if is_asked:
        try:
            effect = effect_of_offer(on_table)
            context |= {"effect": effect, "part": own_part(effect, pay.employee)}
        except Refused as refusal:
            context["refusal"] = refusal.reason
    return render(request, "portal/dispute_offer.html", context)


def _answer_offer(request: HttpRequest, own: OwnDispute, on_table: Offer) -> HttpResponse:
    """Agree, decline or withdraw; what was done or is refused is told on the next page."""
    by, answer = Actor(viewing(request)), request.POST.get("answer")
    if request.POST.get("offer") != str(on_table.pk):
        messages.error(request, _("Another offer is on the table meanwhile: look at it first."))
        return redirect("portal:dispute_offer", own.dispute.number)
    try:
        match answer:
            case "agree":
                shown = request.POST.get("shown", "")
                confirm_offer(on_table, shown=shown, today=timezone.localdate(), by=by)
                messages.success(request, _("You agreed to the offer."))
            case "withdraw":
                withdraw_offer(on_table, by=by)
                messages.success(request, _("The offer is withdrawn."))
            case _:
                decline_offer(on_table, by=by)
                messages.success(request, _("The offer is declined."))
    except EffectChanged:
        messages.error(request, _("What the offer does has changed meanwhile: look at it again before you agree."))
        return redirect("portal:dispute_offer", own.dispute.number)
    except Refused as refusal:
        messages.error(request, refusal.reason)
    return redirect("portal:dispute", own.dispute.number)


def _own_pay(request: HttpRequest) -> OwnPay:
    pay = own_pay(viewing(request))
    if pay is None:
        raise Http404
    return pay


def _found(request: HttpRequest, number: str) -> tuple[OwnPay, OwnDispute]:
    """One's pay and the own dispute with a number; 404 for any other."""
    pay = _own_pay(request)
    own = own_dispute(pay.employee, number)
    if own is None:
        raise Http404
    return pay, own


def _put(form: forms.Form, refusal: Refused) -> None:
    """A refusal, at the field that speaks against it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
