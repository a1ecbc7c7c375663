"""Where changes that an import made, or its taking back, came from."""

from collections.abc import Mapping

from access.doors import address
from access.history import comes_from
from access.models import Change, User
from access.reach import within_reach
from workbooks.models import Upload


@comes_from(Change.Source.IMPORT)
@comes_from(Change.Source.UNDO)
def uploads(viewer: User, keys: set[int]) -> Mapping[int, str]:
    """The pages of the uploaded workbooks that the viewer may see."""
    found = within_reach(viewer, Upload.objects.filter(pk__in=keys)).only("pk")
    return {upload.pk: address(upload) for upload in found}
