from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "anning.tasks"
    verbose_name = "任务"
