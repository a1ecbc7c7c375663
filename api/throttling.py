"""How many calls a token has in a minute."""

import logging
import time

from django.conf import settings
from django.core.cache import caches
from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from api.models import Token

MINUTE = 60

logger = logging.getLogger(__name__)


class PerToken(BaseThrottle):
    """Counts a token's calls by the minute, over all processes of the site; without a broker nothing is counted, for
    whoever calls is known all the same."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Token):
            return True
        key = f"calls-{request.auth.digest}-{int(time.time()) // MINUTE}"
        try:
            counts = caches["shared"]
            counts.add(key, 0, timeout=2 * MINUTE)
            return bool(counts.incr(key) <= settings.SALESORG_CALLS_A_MINUTE)
        except RedisError as error:
            logger.warning("calls are not counted: %s", type(error).__name__)
            return True

    def wait(self) -> float:
        """Until the next minute (seconds)."""
        return MINUTE - time.time() % MINUTE
