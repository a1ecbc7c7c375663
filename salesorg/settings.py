"""Django's settings: what differs between machines comes from the environment, which bin/environment sets.

SALESORG_ENV=production asks for secure connections and forbids what only a console of one's own may do; without it the
settings are for one's own machine, over plain HTTP on the loopback address.
"""

import os
from pathlib import Path

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from salesorg.databases.database import parse_database_url, with_limits
from salesorg.naming import issuer


def required(name: str) -> str:
    """Return a variable of the environment that has no safe default; raise ImproperlyConfigured if it is missing."""
    value = os.environ.get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. bin/manage sets it; call that instead of manage.py.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return a variable of the environment as a list, split at commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def day_of_month(name: str, default: int) -> int:
    """Return a variable of the environment as a day of a month, 1 to 28; raise ImproperlyConfigured for another."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 28:
        raise ImproperlyConfigured(f"{name} is {value!r}; a day of the month, 1 to 28, is needed.")
    return int(value)


def days(name: str, default: int) -> int:
    """Return a variable of the environment as a number of days, 1 or more; raise ImproperlyConfigured for another."""
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}; a number of days is needed.")
    return int(value)


BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(required("SALESORG_VAR"))
PRODUCTION = os.environ.get("SALESORG_ENV") == "production"

SECRET_KEY = required("SECRET_KEY")
DEBUG = os.environ.get("SALESORG_DEBUG") == "1" and not PRODUCTION
ALLOWED_HOSTS = words("SALESORG_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("SALESORG_ORIGINS")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("SALESORG_HOSTS is not set: the host names this site answers to, with commas between.")

INSTALLED_APPS = [
    "salesorg",
    "api",
    "portal",
    "workbooks",
    "people",
    "monthend",
    "disputes",
    "compensation",
    "funds",
    "clients",
    "staff",
    "access",
    "periods",
    "rulebook",
    "unfold.apps.BasicAppConfig",
    "access.admin_config.OwnAdminConfig",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "access.policy.ContentPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "salesorg.middleware.ChosenLanguageMiddleware",
    "access.bodies.BoundedBodies",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "access.middleware.SessionRules",
    "access.middleware.SecondFactor",
    "access.middleware.KeepsWho",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "access.busy.ShortWaits",
]

ROOT_URLCONF = "salesorg.urls"
WSGI_APPLICATION = "salesorg.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Without a server's address (compiling translations, stopping servers) any use of the database fails, as it should.
_application_url = os.environ.get("DATABASE_URL") or "postgresql:///none"
SALESORG_PROCESS = os.environ.get("SALESORG_PROCESS", "work")
DATABASES = {"default": with_limits(parse_database_url(_application_url), SALESORG_PROCESS)}
DATABASE_OWNER = with_limits(parse_database_url(os.environ.get("DATABASE_OWNER_URL") or _application_url), "owner")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "access.accounts.passwords.AnotherThanBefore"},
]
AUTHENTICATION_BACKENDS = ["staff.backends.WithEmployee"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [STATE_DIR / "locale"]
FORMAT_MODULE_PATH = ["salesorg.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Nothing that is sent is written to the disk; how much may be sent where, and by whom: access/bodies.py.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 31 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**21

SALESORG_API_PATH = "/api/"

SALESORG_EVIDENCE_DIR = STATE_DIR / "evidence"

CELERY_BROKER_URL = os.environ.get("REDIS_URL", "")
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": os.environ.get("SALESORG_QUEUE_PREFIX", "")}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY_BROKER_URL,
        "KEY_PREFIX": f"{os.environ.get('SALESORG_QUEUE_PREFIX', '')}shared",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE

# How often what stands still, such as after a crash, is looked for.
SALESORG_SWEEP_SECONDS = int(os.environ.get("SALESORG_SWEEP_SECONDS") or 10)
_sweep = {"schedule": float(SALESORG_SWEEP_SECONDS), "options": {"expires": SALESORG_SWEEP_SECONDS}}
CELERY_BEAT_SCHEDULE = {
    "wake what stands still": {"task": "monthend.tasks.sweep", **_sweep},
    "read the workbooks that wait": {"task": "workbooks.tasks.sweep", **_sweep},
    "write the exports that wait": {"task": "api.tasks.sweep", **_sweep},
    "prepare the month that is over": {
        "task": "monthend.tasks.prepare",
        "schedule": crontab(minute="15", hour="1"),
    },
    "return orphans that nobody accepted": {
        "task": "clients.tasks.return_unaccepted",
        "schedule": crontab(minute="*/10"),
    },
    "let clients go to the open pool": {
        "task": "clients.tasks.lapse_protection",
        "schedule": crontab(minute="20", hour="0"),
    },
    "keep the working calendar": {
        "task": "disputes.tasks.keep_calendar",
        "schedule": crontab(minute="10", hour="0"),
    },
    "forget what has outlived its term": {"task": "salesorg.tasks.forget", "schedule": crontab(minute="40", hour="3")},
    "lock the log-ins of who left": {"task": "staff.tasks.lock_leavers", "schedule": crontab(minute="5")},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat")

# How guesses at passwords and codes are slowed: access/accounts/guesses.py; so codes have no waits of their own.
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_STATIC_THROTTLE_FACTOR = 0

# A one-time link is good for three days; what a log-in is called in a phone's list
# of codes.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
OTP_TOTP_ISSUER = issuer

# A log-in ends with the browser, an hour after the last page, and twelve hours after it began.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SALESORG_IDLE_SECONDS = 3600
SALESORG_LONGEST_SECONDS = 12 * 3600
SALESORG_SEEN_SECONDS = 60  # that a log-in is in use is written so often at most

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
X_FRAME_OPTIONS = "DENY"
SALESORG_BEHIND_PROXY = os.environ.get("SALESORG_BEHIND_PROXY") == "1"
if SALESORG_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The day of the following month on which a month is computed by itself, and the one by whose end it should be locked.
SALESORG_PREPARE_DAY = day_of_month("SALESORG_PREPARE_DAY", 2)
SALESORG_DUE_DAY = day_of_month("SALESORG_DUE_DAY", 10)

# How many days the contents of uploaded workbooks and the attempts to log in are kept (salesorg/retention.py).
SALESORG_KEEP_UPLOADS_DAYS = days("SALESORG_KEEP_UPLOADS_DAYS", 90)
SALESORG_KEEP_ATTEMPTS_DAYS = days("SALESORG_KEEP_ATTEMPTS_DAYS", 30)

# How many calls of the API a token has in a minute.
SALESORG_CALLS_A_MINUTE = int(os.environ.get("SALESORG_CALLS_A_MINUTE") or 1200)

# How many requests that write a process of the site lets in at once; it has twice as many threads, or more.
SALESORG_MOST_WRITERS = 8

# Locking a month from the console passes by the approval of a second person: for demos and tests only.
SALESORG_CONSOLE_LOCK = not PRODUCTION

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "salesorg.logs.Discreet", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SALESORG_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "monthend.actions_lock": {"level": "INFO"},  # what is locked leaves the database with its chain code
        "django.db.backends": {"level": "INFO"},  # below that it tells statements with their values
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.CallSchema",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "salesorg",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "LineKind": "compensation.models.CommissionLine.Kind",
        "DisputeKind": "disputes.models.Dispute.Kind",
        "DisputeState": "disputes.models.Dispute.State",
        "EvidenceKind": "disputes.models.Evidence.Kind",
        "ExportKind": "api.models.Export.Kind",
        "ExportState": "api.models.Export.State",
    },
}

FORM_RENDERER = "access.pages.missing.Renderer"
"""Forms name what is missing."""

STYLES = ("colours", "base", "ways", "lists", "records", "notices", "narrow", "forms", "squares", "law", "looking")
"""The admin's style sheets; what comes later may refine what came before."""

OF_MONTHS = ("month", "progress", "results", "charts")
"""Those of the month end's pages, after them."""

SCRIPTS = ("htmx", "search", "labels", "people", "folds", "ways")
"""The admin's scripts, on every page."""

UNFOLD = {
    "SITE_TITLE": _("Sales organisation"),
    "SITE_HEADER": _("Sales organisation"),
    "SITE_SYMBOL": "insights",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("access/icon.svg")},
    ],
    "STYLES": [
        *(lambda request, name=name: static(f"access/{name}.css") for name in STYLES),
        *(lambda request, name=name: static(f"monthend/{name}.css") for name in OF_MONTHS),
    ],
    "SCRIPTS": [lambda request, name=name: static(f"access/{name}.js") for name in SCRIPTS],
    "DASHBOARD_CALLBACK": "monthend.page.home.home",
    "SIDEBAR": {"navigation": "salesorg.navigation.navigation"},
}
