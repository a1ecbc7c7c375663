"""What assigning would do and what was assigned, as tables and pages."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Record, Row, Table, Tone
from clients.models import AssignmentBatch, Client, Handover
from clients.orphans.effects import AssignEffect
from clients.orphans.forms import RULES
from clients.orphans.plan import RulePlan, kept, replayed, why_words
from clients.orphans.rules import ProposedDeveloper, Rule
from periods.pages import facts_of, table_of
from rulebook.cells import amount, fact, headings, number, numeric, text
from staff.models import Employee

Answer = Handover.Answer
TONES = {Answer.WAITING: Tone.ATTENTION, Answer.ACCEPTED: Tone.DONE, Answer.LAPSED: Tone.BLOCKS}


def plan_table(plan: RulePlan, viewer: User) -> Table:
    """Each orphan, who is to develop it, and why."""
    links = Links(viewer, [orphan.client for orphan in plan.orphans])
    today = timezone.localdate()
    rows = []
    for orphan, one in zip(plan.orphans, plan.proposals, strict=True):
        person = plan.people[one.developer] if one.developer is not None else None
        rows.append(
            Row(
                [
                    text(orphan.client, links.to(orphan.client)),
                    number((today - orphan.since).days),
                    text(orphan.branch),
                    text(f"{person.label} · {person.branch_name}" if person else None),
                    Cell(why_words(one, plan.batch), tone=None if person else Tone.ATTENTION),
                ]
            )
        )
    heads = headings(_("client"), numeric(_("days")), _("came from branch"), _("developer"), _("why"))
    return Table(_("the list"), heads, rows, empty=_("No orphan client waits here."))


def picked_table(orphans: Sequence[Any], viewer: User) -> Table:
    """The orphans that were picked, and what is known of them."""
    links = Links(viewer, [orphan.client for orphan in orphans])
    today = timezone.localdate()
    rows = [
        Row(
            [
                text(orphan.client, links.to(orphan.client)),
                text(orphan.get_kind_display()),
                number((today - orphan.since).days),
                text(orphan.branch),
                text(orphan.developer),
                amount(orphan.received),
            ]
        )
        for orphan in orphans
    ]
    names = [_("client"), _("kind of orphan"), numeric(_("days")), _("came from branch"), _("developer")]
    return Table(_("picked"), headings(*names, numeric(_("receipts so far"))), rows)


def load_table(effect: AssignEffect) -> Table:
    """How many orphans each developer has before and after."""
    rows = [
        Row([text(f"{person.label} · {person.branch_name}"), number(before), number(after)])
        for person, before, after in effect.loads
    ]
    heads = headings(_("developer"), numeric(_("develops now")), numeric(_("then")))
    return Table(_("what they develop"), heads, rows)


def batch_record(batch: AssignmentBatch, viewer: User) -> Record:
    """What was assigned at once, by whom and how; a rule's list, and whether it comes out the same made anew."""
    handovers = list(batch.handovers.select_related("client", "developer", "taken_from").order_by("pk"))
    tables = [
        table_of(
            _("handovers of orphans"),
            handovers,
            viewer,
            ["client", "developer", "taken_from", "accept_by", "answer"],
            empty=_("Nothing was assigned."),
        )
    ]
    sentences = []
    if batch.kind == AssignmentBatch.Kind.RULE:
        sentences.append(_rule_sentence(batch))
        tables.append(_kept_list(batch, viewer))
    return Record(
        title=str(batch),
        subtitle=str(AssignmentBatch._meta.verbose_name),
        state=_same(batch) if batch.kind == AssignmentBatch.Kind.RULE else None,
        sentences=sentences,
        facts=[
            *facts_of(batch, viewer, ["kind", "day", "made_at", "made_by"]),
            fact(_("orphan clients"), number(len(handovers))),
        ],
        tables=tables,
    )


def handover_record(handover: Handover, viewer: User) -> Record:
    """One orphan handed to its developer, and what came of it."""
    answer = Answer(handover.answer)
    names = [
        "client", "developer", "taken_from", "batch", "day", "accept_by", "answered_at", "answered_by", "reason",
    ]  # fmt: skip
    return Record(
        title=str(handover.client),
        subtitle=str(Handover._meta.verbose_name),
        state=Cell(str(answer.label), tone=TONES.get(answer, Tone.PLAIN)),
        facts=facts_of(handover, viewer, names),
    )


def _rule_sentence(batch: AssignmentBatch) -> str:
    given = batch.settings
    told = [str(RULES[Rule(given["rule"])]), _("at most %(limit)s per person") % {"limit": given["limit"]}]
    if given["same_branch_first"]:
        told.append(_("people of the branch it came from first"))
    if given["scored_by"]:
        told.append(_("attainment of %(month)s") % {"month": given["scored_by"]})
    if given["go_on_after"]:
        told.append(_("going on after %(number)s") % {"number": given["go_on_after"]})
    if given["excluded"]:
        told.append(_("without %(numbers)s") % {"numbers": _(", ").join(given["excluded"])})
    return _("; ").join(told)


def _same(batch: AssignmentBatch) -> Cell:
    if [kept(one) for one in replayed(batch)] == batch.proposals:
        return Cell(_("made anew: the same"), tone=Tone.DONE)
    return Cell(_("made anew: differs"), tone=Tone.BLOCKS)


def _kept_list(batch: AssignmentBatch, viewer: User) -> Table:
    proposals = replayed(batch)
    clients = {one.number: one for one in Client.objects.filter(number__in=[one.client for one in proposals])}
    numbers = [candidate[0] for candidate in batch.candidates]
    people = {one.number: one for one in Employee.objects.filter(number__in=numbers)}
    links = Links(viewer, [*clients.values(), *people.values()])
    rows = [_kept_row(one, batch, clients, people, links) for one in proposals]
    heads = headings(_("client"), _("developer"), _("why"))
    return Table(_("the list"), heads, rows, empty=_("No orphan client waits here."))


def _kept_row(
    one: ProposedDeveloper,
    batch: AssignmentBatch,
    clients: dict[str, Client],
    people: dict[str, Employee],
    links: Links,
) -> Row:
    client, person = clients.get(one.client), people.get(one.developer or "")
    return Row(
        [
            text(client or one.client, links.to(client)),
            text(person or one.developer, links.to(person)),
            text(why_words(one, batch)),
        ]
    )
