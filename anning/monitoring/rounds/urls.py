from django.urls import path

from anning.monitoring.rounds import notices, reports, views

app_name = "rounds"
urlpatterns = [
    path("", views.rounds_page, name="rounds"),
    path("plan", views.plan, name="plan"),
    path("visit/<int:visit_id>", views.visit, name="visit"),
    path("checks/start", views.start, name="start_checks"),
    path("checks/<int:check_id>/answer", views.answer, name="answer_check"),
    path("finding/<int:finding_id>/mend", views.mend, name="mend"),
    path("notice/new/<int:enterprise_id>", notices.new, name="notice_new"),
    path("notice/<int:notice_id>/", notices.page, name="notice"),
    path("notice/<int:notice_id>/send", notices.send, name="notice_send"),
    path("notice/<int:notice_id>/withdraw", notices.withdraw, name="notice_withdraw"),
    path("notice/<int:notice_id>/receipt/<int:receipt_id>", notices.receive, name="notice_receive"),
    path("notice/<int:notice_id>/word", notices.word, name="notice_word"),
    path("report/", reports.reports_page, name="reports"),
    path("report/<int:report_id>/", reports.page, name="report"),
    path("report/<int:report_id>/word", reports.word, name="report_word"),
    path("report/<int:report_id>/excel", reports.excel, name="report_excel"),
]
