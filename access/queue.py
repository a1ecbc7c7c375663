"""Workers are called by the names of their tasks, so that what asks for work needs nothing of what does it."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)


def call_workers(task: str, *arguments: int, workers: int = 1) -> None:
    """Call a task once for each of `workers`. Without a broker nothing is lost: the sweep calls again."""
    try:
        for _worker in range(workers):
            current_app.send_task(task, arguments, retry=False)
    except BrokerError:
        logger.warning("the broker can't be reached; the sweep will call %s%s", task, arguments)
