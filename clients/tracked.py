"""Clients, whom they were assigned to, contracts and receipts."""

from access.tracking import track
from clients.models import Assignment, Client, Contract, Receipt

track(Assignment, Client, Contract, Receipt)
