"""What each role may do with clients; contracts and receipts come by workbook."""

from access.rights import EVERYBODY, Role, allow
from clients.models import Assignment, Client, ClientStatus, Contract, Receipt

allow(Client, view=EVERYBODY, change={Role.HR})
allow(ClientStatus, view=EVERYBODY)
allow(Assignment, view=EVERYBODY)
allow(Contract, view=EVERYBODY)
allow(Receipt, view=EVERYBODY)
