from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "anning.delivery"
    verbose_name = "送达"
