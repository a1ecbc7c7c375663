"""The files of evidence, each handed out to who may see its dispute."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from access.history.downloads import hand_out
from access.reach import within_reach
from disputes.evidence.models import Evidence
from disputes.evidence.storage import FileLost, stored_file

log = logging.getLogger(__name__)


@require_safe
@login_required
def evidence_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of evidence by the name that it is stored as, which tells nothing and can't be guessed; that it was taken
    out is kept with its digest, for who looks after log-ins is not to learn of disputes."""
    rows = Evidence.objects.filter(stored_as=name).select_related("dispute")
    evidence = within_reach(request.user, rows).first()
    if evidence is None:
        raise Http404
    try:
        data = stored_file(evidence.stored_as, evidence.digest)
    except FileLost:
        log.error("the file of evidence %s is lost or is not the one that was brought", evidence.pk)
        raise Http404 from None
    return hand_out(
        request,
        data,
        f"{evidence.dispute} {evidence.file_name}",
        content_type=evidence.content_type,
        kept_as=evidence.kept_as,
    )
