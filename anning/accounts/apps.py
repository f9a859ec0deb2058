from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "anning.accounts"
    verbose_name = "账号"
