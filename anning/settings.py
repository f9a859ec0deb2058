"""Django settings. Runs with nothing set; every value can be named in the environment (docs/reference/settings.md)."""

from pathlib import Path

from anning.kernel.env import env, time_of_day
from anning.kernel.env import setting_list as listed
from anning.vault import keys
from anning.vault.database import database_from_url

BASE = Path(__file__).resolve().parent
HOME = Path(env("ANNING_HOME", "var", doc="数据目录：数据库、附件、密钥、日志、备份")).resolve()
HOME.mkdir(parents=True, exist_ok=True)

DEBUG = env("ANNING_DEBUG", False, cast=bool, doc="调试模式，只用于开发")
SECRET_KEY = keys.secret(HOME, "django")
HOST = env("ANNING_HOST", "127.0.0.1", doc="监听地址；有演示账号时只能是本机地址")
PORT = env("ANNING_PORT", 8000, cast=int, doc="网页端口")
LIVE_PORT = env("ANNING_LIVE_PORT", 8001, cast=int, doc="实时推送端口")
GATEWAY_PORT = env("ANNING_GATEWAY_PORT", 9001, cast=int, doc="设备接入起始端口")
MQTT_PORT = env("ANNING_MQTT_PORT", 1883, cast=int, doc="MQTT 端口")
MQTT_CLIENTS = env("ANNING_MQTT_CLIENTS", 200, cast=int, doc="自带 MQTT 监听最多多少个客户端；更多时用外部 MQTT 服务器")
MQTT_BROKER = env("ANNING_MQTT_BROKER", "", doc="外部 MQTT 服务器，如 mqtt://用户:口令@主机:1883；空则不用")
MQTT_TOPICS = listed(
    "ANNING_MQTT_TOPICS", "devices/+/telemetry,v1/gateway/telemetry", doc="在外部 MQTT 服务器上订阅的主题，逗号分隔"
)
DEVICE_CONNECTIONS = env("ANNING_DEVICE_CONNECTIONS", 12_000, cast=int, doc="设备连接总数上限")
DEVICE_CONNECTIONS_EACH = env(
    "ANNING_DEVICE_CONNECTIONS_EACH", 256, cast=int, doc="同一来源地址的设备连接数上限；本机不限"
)
DEVICE_FRAMES_S = env("ANNING_DEVICE_FRAMES_S", 500, cast=int, doc="一台设备每秒报文数上限，超过则放慢接收")
HISTORY_DAYS = env("ANNING_HISTORY_DAYS", 0, cast=int, doc="监测数据保留多少天；0为永久保留")
FRAMES_DAYS = env("ANNING_FRAMES_DAYS", 30, cast=int, doc="设备原始报文保留多少天；0为永久保留")
TLS = env("ANNING_TLS", False, cast=bool, doc="网页与推送使用 TLS")
TLS_CERT = env("ANNING_TLS_CERT", "", doc="TLS 证书文件（PEM，含中间证书）；空则自建 CA")
CLOCK = env("ANNING_CLOCK", "", doc="演练时钟：开始时间@倍速，如 2026-07-20T08:00+08:00@60；空则为真实时间")
TLS_KEY = env("ANNING_TLS_KEY", "", doc="TLS 私钥文件（PEM）")
env("ANNING_DISTRICT", "", doc="本区行政区划代码（GB/T 2260，6位）；空则用初始化向导确定的代码")
ALLOWED_HOSTS = listed("ANNING_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", doc="允许的主机名，逗号分隔")
CSRF_TRUSTED_ORIGINS = listed("ANNING_TRUSTED_ORIGINS", "", doc="可信来源（反向代理），逗号分隔")
TRUSTED_PROXIES = listed("ANNING_TRUSTED_PROXIES", "", doc="反向代理的地址，逗号分隔；只信任它们转告的来访地址")
DEMO_RESIDENTS = env("ANNING_DEMO_RESIDENTS", 400_000, cast=int, doc="演示数据载入多少居民")
DEMO_DAYS = env("ANNING_DEMO_DAYS", 8, cast=int, doc="演示数据含最近多少天的监测读数；0则没有")
DEMO_DEVICES = env(
    "ANNING_DEMO_DEVICES", "on", choices=("on", "off"), doc="有演示账号时，anning up 是否一并运行演示设备：on 或 off"
)
UNIT = env("ANNING_UNIT", "", doc="使用单位名称，显示在登录页；空则用本区名称")
OIDC_ISSUER = env("ANNING_OIDC_ISSUER", "", doc="统一身份认证（OIDC）地址；空则不用")
OIDC_CLIENT_ID = env("ANNING_OIDC_CLIENT_ID", "", doc="在统一身份认证登记的应用标识")
OIDC_CLIENT_SECRET = env("ANNING_OIDC_CLIENT_SECRET", "", doc="在统一身份认证登记的应用密钥")
OIDC_NAME = env("ANNING_OIDC_NAME", "统一身份认证", doc="登录页上统一身份认证按钮的名称")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "import_export",
    "anning.journal",
    "anning.accounts",
    "anning.live",
    "anning.ui",
    "anning.office",
    "anning.registry",
    "anning.tasks",
    "anning.delivery",
    "anning.duty",
    "anning.monitoring",
    "anning.ops",
    "anning.demo",
    "anning.gateways",
]
# What goes wrong is written to the process's own stream; the supervisor keeps it in ANNING_HOME/logs.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "[%(levelname)s] %(name)s: %(message)s"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stream"], "level": "WARNING"},
    "loggers": {
        "anning": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # refusals are answered, not logged
    },
}

MIDDLEWARE = [
    "anning.ui.middleware.Guard",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "anning.ui.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anning.accounts.web.ActorMiddleware",
    "anning.accounts.web.SignInRequired",
    "anning.ui.middleware.Maintenance",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "anning.ui.middleware.Errors",
    "anning.ops.disk.DiskGuard",
]
ROOT_URLCONF = "anning.urls"
WSGI_APPLICATION = "anning.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "anning.ui.context.page",
                "anning.ops.context.warnings",
            ],
        },
    }
]

DATABASES = {
    "default": database_from_url(
        env("ANNING_DATABASE_URL", "", doc="postgres://用户:口令@主机:端口/库；空则用数据目录内的 SQLite"), HOME
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["anning.accounts.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "anning_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_NAME = "anning_csrf"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "anning.ui.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # the only zone: instants are stored in UTC and shown here
DATETIME_FORMAT = "Y-m-d H:i"
DATE_FORMAT = "Y-m-d"
FORMAT_MODULE_PATH = ["anning.ui.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
FILES = HOME / "files"
MEDIA_ROOT = HOME / "files"
ATTACHMENT_MB = env("ANNING_ATTACHMENT_MB", 100, cast=int, doc="单个附件的大小上限（MB）")
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

EMAIL_HOST = env("ANNING_SMTP_HOST", "", doc="邮件服务器；空则不发邮件")
EMAIL_PORT = env("ANNING_SMTP_PORT", 25, cast=int, doc="邮件服务器端口")
DEFAULT_FROM_EMAIL = env("ANNING_SMTP_FROM", "anning@localhost", doc="发件地址")

SHAPE_VERTICES = env("ANNING_SHAPE_VERTICES", 10_000, cast=int, doc="一个图形最多多少个顶点，超过时提出简化")
SHAPE_MB = env("ANNING_SHAPE_MB", 20, cast=int, doc="图形文件最大多少 MB")

IMPORT_EXPORT_USE_TRANSACTIONS = True
DJANGO_TABLES2_TEMPLATE = "ui/_table.html"
SHIFTS = listed(
    "ANNING_SHIFTS", "08:30,17:30", cast=time_of_day, doc="交接班时刻，逗号分隔；每到此时保存一份签名的日志链头"
)
JOURNAL_DIGEST = env("ANNING_JOURNAL_DIGEST", "sha256", choices=("sha256", "sm3"), doc="日志链摘要算法")

VERIFY_AT = env(
    "ANNING_VERIFY_AT", "03:30", cast=time_of_day, doc="每日自动校验整条日志链的时间（时:分）；空则不自动校验"
)
BACKUP_AT = env("ANNING_BACKUP_AT", "02:30", cast=time_of_day, doc="每日自动备份的时间（时:分）；空则不自动备份")
BACKUP_KEEP = env("ANNING_BACKUP_KEEP", 7, cast=int, doc="自动备份保留的份数")
BACKUP_FOLDER = Path(
    env("ANNING_BACKUP_FOLDER", "", doc="自动备份的目录，宜在另一块磁盘；空则为数据目录下的 backups")
    or HOME / "backups"
)
BACKUP_PASSPHRASE = env("ANNING_BACKUP_PASSPHRASE", "", doc="自动备份的加密口令；空则不加密")
DISK_RESERVE_MB = env(
    "ANNING_DISK_RESERVE_MB", 500, cast=int, doc="剩余磁盘低于此数（MB）时预警，并停止上传、导入、导出"
)
