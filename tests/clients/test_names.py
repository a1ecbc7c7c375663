"""How alike names of firms are."""

import pytest

from clients.names import Likeness, likeness, plain_name


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("北京华达信企业管理有限公司", "北京华达信企业管理公司", Likeness.SAME),
        ("北京华达信（集团）有限公司", "北京华达信(集团)有限责任公司", Likeness.SAME),
        ("ＡＢＣ科技有限公司", "abc 科技", Likeness.SAME),
        ("北京华达信企业管理有限公司", "华达信企业", Likeness.PART),
        ("华达信", "北京华达信企业管理有限公司", Likeness.DIFFERENT),
        ("北京华信科技有限公司", "北京华兴科技有限公司", Likeness.CLOSE),
        ("北京华信科技有限公司", "广州远洋贸易有限公司", Likeness.DIFFERENT),
        ("", "北京华信科技有限公司", Likeness.UNKNOWN),
        ("公司", "公司", Likeness.SAME),
    ],
)
def test_likeness(one: str, other: str, expected: Likeness) -> None:
    assert likeness(plain_name(one), plain_name(other)) is expected
    assert likeness(plain_name(other), plain_name(one)) is expected
