"""The schema: valid, whole, and told to who has a token."""

import pytest
from drf_spectacular.validation import validate_schema

from api.urls import urlpatterns
from tests.api.calling import program

pytestmark = pytest.mark.django_db

UNTOLD = {"schema", "no_such_call"}


def test_the_schema_is_valid_and_tells_every_call() -> None:
    answer = program().get("schema/")
    assert answer.status_code == 200
    schema = answer.json()
    validate_schema(schema)  # type: ignore[no-untyped-call]
    assert schema["openapi"].startswith("3.1")
    told = {path.removeprefix("/api/v1/") for path in schema["paths"]}
    assert len(told) == len([one for one in urlpatterns if one.name not in UNTOLD])
    slip = schema["components"]["schemas"]["Payslip"]["properties"]
    assert {"employee", "gross", "is_threshold_wage"} <= slip.keys()


def test_a_list_is_told_as_a_page() -> None:
    schema = program().get("schema/").json()
    answer = schema["paths"]["/api/v1/months/{month}/payslips/"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/PayslipPage")
    page = schema["components"]["schemas"]["PayslipPage"]["properties"]
    assert page.keys() == {"next", "results"}
    assert schema["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
