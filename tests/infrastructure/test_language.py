"""Pages are Chinese unless somebody has chosen English."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


def language(client: Client) -> str:
    return client.get("/admin/login/", headers={"accept-language": "en-GB,en;q=0.9"})["Content-Language"]


def test_a_browser_that_prefers_english_gets_chinese(client: Client) -> None:
    assert language(client) == "zh-hans"


def test_who_chose_english_gets_english(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert language(client) == "en"
