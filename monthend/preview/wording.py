"""What a preview supposes and what would come of it, in a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from monthend.preview.models import Preview
from monthend.preview.summary import Summary
from rulebook.wording import amount_text


def supposed_text(preview: Preview) -> str:
    """What is supposed, in a few words."""
    parts = []
    if preview.plan_version_id is not None:
        parts.append(_("plan %(version)s") % {"version": preview.plan_version})
    elif preview.plan_text:
        parts.append(_("a changed plan"))
    if preview.targets:
        count = len(preview.targets)
        parts.append(
            ngettext("another target of %(count)d branch", "other targets of %(count)d branches", count)
            % {"count": count}
        )
    return _(" and ").join(parts) or _("plan, targets and data as they are")


def headline(preview: Preview, summary: Summary) -> str:
    """What would come of it: yuan, people, ranks."""
    facts = {
        "months": preview.months_text,
        "supposed": supposed_text(preview),
        "effect": _("; ").join([_effect(summary), *_other_ranks(summary)]),
    }
    return _("If %(months)s were computed with %(supposed)s: %(effect)s.") % facts


def _effect(summary: Summary) -> str:
    people, difference = summary.people_differing, summary.amounts["gross"].difference
    facts = {"amount": amount_text(abs(difference)), "people": people}
    if not people:
        return _("nobody's gross pay changes")
    if not difference:
        return _("gross pay changes for %(people)d people, but not in sum") % facts
    if difference > 0:
        rise = ngettext(
            "gross pay rises by %(amount)s yuan, for %(people)d person",
            "gross pay rises by %(amount)s yuan in sum, changing for %(people)d people",
            people,
        )
        return rise % facts
    fall = ngettext(
        "gross pay falls by %(amount)s yuan, for %(people)d person",
        "gross pay falls by %(amount)s yuan in sum, changing for %(people)d people",
        people,
    )
    return fall % facts


def _other_ranks(summary: Summary) -> list[str]:
    people = summary.ranks_differing
    if not people:
        return []
    text = ngettext("%(people)d person would hold another rank", "%(people)d people would hold another rank", people)
    return [text % {"people": people}]
