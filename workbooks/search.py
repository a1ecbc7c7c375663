"""How uploaded workbooks are found: by the file's name."""

from django.db.models import QuerySet

from access.models import User
from access.pages.search import finds
from workbooks.models import Upload


@finds(
    Upload,
    place=6,
    icon="upload_file",
    note=lambda upload: f"{upload.get_state_display()} · {upload.uploaded_at:%Y-%m-%d}",
)
def uploads(viewer: User, words: str) -> QuerySet[Upload]:
    """Workbooks whose file name holds the words, the latest first."""
    return Upload.objects.filter(file_name__icontains=words).defer("data").order_by("-uploaded_at")
