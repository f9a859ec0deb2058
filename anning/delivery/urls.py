from django.urls import path

from anning.delivery.views import calls, messages

app_name = "delivery"
urlpatterns = [
    path("messages/", messages.message_list, name="message_list"),
    path("messages/new", messages.message_new, name="message_new"),
    path("messages/preferences", messages.preferences, name="preferences"),
    path("messages/<int:message_id>/", messages.message_detail, name="message_detail"),
    path("messages/<int:message_id>/answer", messages.message_answer, name="message_answer"),
    path("messages/<int:message_id>/report", messages.message_report, name="message_report"),
    path("messages/<int:message_id>/report.xlsx", messages.message_export, name="message_export"),
    path("calls/", calls.call_list, name="call_list"),
    path("calls/<int:attempt_id>/start", calls.call_start, name="call_start"),
    path("calls/<int:attempt_id>/close", calls.call_close, name="call_close"),
]
