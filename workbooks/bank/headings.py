"""What Chinese banks call the columns of their statements, the better name of several first."""

import re
import unicodedata

DAY = (
    "记账日期", "入账日期", "交易日期", "记账日", "交易日", "交易时间",
    "交易日期时间", "交易时间戳", "业务日期", "入账时间",
    "发生时间", "记账时间", "交易创建时间", "付款时间", "发生日期", "日期", "时间",
)  # fmt: skip
INCOME = (
    "贷方发生额", "贷方金额", "贷方发生金额", "贷方交易金额", "收入金额", "收入发生额",
    "收入", "贷方", "存入金额", "存入",
    "存入发生额", "转入金额", "来账金额", "入账金额", "贷",
)  # fmt: skip
OUTGO = (
    "借方发生额", "借方金额", "借方发生金额", "借方交易金额", "支出金额", "支出发生额",
    "支出", "借方", "支取金额", "支取",
    "支取发生额", "转出金额", "往账金额", "出账金额", "借",
)  # fmt: skip
AMOUNT = ("交易金额", "发生额", "金额", "交易额", "发生金额", "收支金额", "金额元")
DIRECTION = (
    "借贷标志", "借贷方向", "借贷标识", "借贷", "借/贷", "收支方向", "收支标志", "收支类型", "收支", "收/支",
    "交易方向", "资金方向", "来往账标志", "资金流向", "收付标志", "收/付",
)  # fmt: skip
PARTY = (
    "对方户名", "对方账户名称", "对方账户名", "对方账号名称", "对方名称", "对方单位名称", "对方单位", "对手方名称",
    "对手户名", "交易对手名称", "交易对手", "交易对方名称", "交易对方", "对方帐户名称", "对方", "收/付方名称",
    "收付方名称",
)  # fmt: skip
PAYER = ("付款人名称", "付款方名称", "付款人户名", "付款方户名", "付款人", "付款方", "付款单位")
PAYEE = ("收款人名称", "收款方名称", "收款人户名", "收款方户名", "收款人", "收款方", "收款单位")
PURPOSE = (
    "摘要", "交易摘要", "用途", "交易用途", "摘要/用途", "附言", "交易附言", "客户附言", "商品", "商品说明", "商品名称",
    "备注", "备注/用途",
)  # fmt: skip
REFERENCE = (
    "交易流水号", "流水号", "银行流水号", "核心流水号", "核心交易流水号", "账户明细编号-交易流水号", "主机流水号",
    "交易参考号", "交易流水", "账务流水号", "交易单号", "交易订单号", "交易号",
    "支付宝交易号", "支付宝流水号", "业务流水号",
    "凭证号", "凭证号码",
)  # fmt: skip

STATE = ("当前状态", "交易状态", "资金状态", "状态")

INCOMING = frozenset({"贷", "贷方", "收", "收入", "来账", "转入", "存入", "入账", "c", "cr", "credit", "+"})
OUTGOING = frozenset({"借", "借方", "付", "支", "支出", "往账", "转出", "支取", "出账", "d", "dr", "debit", "-"})
NEITHER = frozenset({"/", "-", "--", "—", "不计收支", "不计", "其他", "中性交易", "冻结", "解冻"})
"""Money that moves within one's own account, such as to a fund or back from a transaction that was closed."""
WITHOUT_MONEY = frozenset(
    {"交易关闭", "已关闭", "交易失败", "支付失败", "失败", "等待付款", "待支付", "已撤销", "已取消"}
)
"""States of a transaction by which no money came or went."""

_MARK = "\ufeff"
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")


def plain_heading(text: str) -> str:
    """A heading in half width, without blanks and what stands in brackets, such as the currency or its English."""
    plain = "".join(unicodedata.normalize("NFKC", text).replace(_MARK, "").split())
    return _ASIDE.sub("", plain).rstrip(":")
