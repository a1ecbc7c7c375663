"""`schema/`: what all calls take and answer."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularJSONAPIView

from api.base import ApiView


@extend_schema_view(get=extend_schema(exclude=True))
class SchemaView(ApiView, SpectacularJSONAPIView):
    """OpenAPI 3.1, as JSON."""
