from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "anning.ops"
    verbose_name = "运行"

    def ready(self) -> None:
        """Register the checks."""
        from anning.ops import checks  # noqa: F401
