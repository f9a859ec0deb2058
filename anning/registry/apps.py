from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "anning.registry"
    verbose_name = "底册"
