"""What each role may do with clients; contracts and receipts come by workbook."""

from access.rights import EVERYBODY, Role, allow
from clients.models import Assignment, BankLine, BankPair, BankStatement, Client, ClientStatus, Contract, Receipt
from clients.reach import BANK_READERS

allow(Client, view=EVERYBODY, change={Role.HR})
allow(ClientStatus, view=EVERYBODY)
allow(Assignment, view=EVERYBODY)
allow(Contract, view=EVERYBODY)
allow(Receipt, view=EVERYBODY)
allow(BankStatement, view=BANK_READERS, add={Role.FINANCE}, delete={Role.FINANCE})
allow(BankLine, view=BANK_READERS)
allow(BankPair, view=BANK_READERS)
