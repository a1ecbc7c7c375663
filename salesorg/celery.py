"""The queue: Celery only wakes workers; what is to be done and what is done stands in PostgreSQL."""

from celery import Celery

app = Celery("salesorg")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
