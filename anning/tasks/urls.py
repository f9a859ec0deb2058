from django.urls import path

from anning.tasks.views import approvals, papers, policies, tasks, todo

app_name = "tasks"
urlpatterns = [
    path("todo", todo.todo, name="todo"),
    path("tasks/overdue", todo.overdue, name="overdue"),
    path("tasks/new", tasks.task_new, name="task_new"),
    path("tasks/<int:task_id>/", tasks.task_detail, name="task_detail"),
    path("tasks/<int:task_id>/moves/<slug:move>", tasks.task_move, name="task_move"),
    path("tasks/<int:task_id>/feedback", tasks.task_feedback, name="task_feedback"),
    path("tasks/<int:task_id>/proofs", tasks.proof_add, name="proof_add"),
    path("tasks/<int:task_id>/proofs/<int:proof_id>", tasks.proof_file, name="proof_file"),
    path("escalation/<int:policy_id>/steps", policies.policy_steps, name="policy_steps"),
    path("approvals/", approvals.approval_list, name="approval_list"),
    path("approvals/new", approvals.approval_new, name="approval_new"),
    path("approvals/<int:approval_id>/", approvals.approval_detail, name="approval_detail"),
    path("approvals/<int:approval_id>/print", papers.approval_print, name="approval_print"),
    path("approvals/<int:approval_id>/word", papers.approval_word, name="approval_word"),
    path("approvals/<int:approval_id>/revise", approvals.approval_revise, name="approval_revise"),
    path("approvals/<int:approval_id>/moves/<slug:move>", approvals.approval_move, name="approval_move"),
]
