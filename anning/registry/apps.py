from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "anning.registry"
    verbose_name = "底册"

    def ready(self) -> None:
        """Put the map on the rail and say what it is."""
        from anning.registry.atlas import panels  # noqa: F401
