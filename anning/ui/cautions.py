"""A word to the writer after it has written: numbers of people are better kept where they are protected."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from anning.kernel.identifying import has_personal_number


def caution(request: HttpRequest, *texts: str) -> None:
    """Warn when what was just written contains an ID number or a mobile number."""
    if any(map(has_personal_number, texts)):
        messages.warning(
            request, _("刚才填写的内容中似有身份证号或手机号，能看到此页的人都能看到；如非必要，下次请勿填写")
        )
