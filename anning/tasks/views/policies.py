"""The steps of an escalation policy, changed where the policy is shown."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from anning.accounts.selectors import find_scoped
from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.tasks import permissions, services
from anning.tasks.forms import StepFormSet
from anning.tasks.models import EscalationPolicy
from anning.ui.names import written


@login_required
def policy_steps(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Change the steps of a policy; the form stands on the policy's page, mistakes are shown here."""
    actor = actor_of(request)
    actor.require(permissions.CHANGE_POLICY)
    policy = find_scoped(EscalationPolicy.objects.all(), actor, policy_id)
    if request.method != "POST":
        context = {"policy": policy, "steps": formset_of(policy, actor)}
        return render(request, "tasks/policy_steps.html", context)
    sent = StepFormSet(request.POST, form_kwargs={"actor": actor}, prefix="steps")
    if sent.is_valid():
        version = request.POST.get("version", "")
        steps = [form.facts() for form in sent if form.has_changed() and form not in sent.deleted_forms]
        try:
            services.set_steps(policy.pk, actor, steps=steps, version=int(version) if version.isdecimal() else None)
        except Refused as error:
            messages.error(request, f"{error.message}。{error.remedy}")
        else:
            messages.success(request, _("已保存升级步骤，今后交办的任务按此执行"))
            return redirect("records:detail", "escalation-policies", policy.pk)
    return render(request, "tasks/policy_steps.html", {"policy": policy, "steps": sent}, status=422)


def formset_of(policy: EscalationPolicy, actor: Actor) -> Any:
    """Return the forms of a policy's steps as they are, and one more to add a step."""
    kept = policy.steps.select_related("post__organisation", "person__organisation").order_by("position")
    initial = [
        {
            "after_minutes": step.after_minutes,
            "target": step.target,
            "who": written(step.post or step.person) if step.post or step.person else "",
        }
        for step in kept
    ]
    return StepFormSet(initial=initial, form_kwargs={"actor": actor}, prefix="steps")
