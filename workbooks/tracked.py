"""Where changes that an import made, or its taking back, came from."""

from collections.abc import Mapping

from access.history.reading import comes_from
from access.models import Change, User
from access.pages.links import address
from access.reach import within_reach
from staff.pay.selectors import brings_files
from workbooks.models import Upload


@comes_from(Change.Source.IMPORT)
@comes_from(Change.Source.UNDO)
def uploads(viewer: User, keys: set[int]) -> Mapping[int, str]:
    """The pages of the uploaded workbooks that the viewer may see."""
    found = within_reach(viewer, Upload.objects.filter(pk__in=keys)).only("pk")
    return {upload.pk: address(upload) for upload in found}


@brings_files
def uploaders(keys: set[int]) -> Mapping[int, User]:
    """Who uploaded these workbooks; another may have had them imported."""
    found = Upload.objects.filter(pk__in=keys).select_related("uploaded_by__employee").defer("data")
    return {upload.pk: upload.uploaded_by for upload in found}
