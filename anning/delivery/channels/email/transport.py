"""E-mail by SMTP, one message per person, so that nobody sees another's address."""

import smtplib
from typing import Any, ClassVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext_lazy as _

from anning.delivery.channels.channel import Outcome, Sent
from anning.delivery.models import Attempt

PATIENCE_S = 20


class Channel:
    """E-mail."""

    name: ClassVar[str] = "email"
    label: ClassVar[Any] = _("电子邮件")
    position: ClassVar[int] = 20
    inside: ClassVar[bool] = False
    disturbs: ClassVar[bool] = True

    def send(self, attempt: Attempt) -> Sent:
        """Hand the message to the mail server; the same key gives the same Message-ID, so a repeat is recognised."""
        address = attempt.receipt.person.email
        if not settings.EMAIL_HOST:
            return Sent(Outcome.IMPOSSIBLE, str(_("没有配置邮件服务器")))
        if not address:
            return Sent(Outcome.IMPOSSIBLE, str(_("接收人没有电子邮箱")))
        message = attempt.receipt.message
        mail = EmailMessage(
            subject=message.title,
            body=message.body,
            to=[address],
            headers={"Message-ID": f"<{attempt.key}@anning>"},
            connection=get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=PATIENCE_S),
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code = next((code for code, _text in error.recipients.values()), 0)
            gone = Outcome.IMPOSSIBLE if code >= 500 else Outcome.FAILED
            return Sent(gone, str(_("邮件服务器拒收（%(code)s）") % {"code": code}), address)
        except (OSError, smtplib.SMTPException) as error:
            return Sent(Outcome.FAILED, str(_("邮件服务器连接失败：%(why)s") % {"why": type(error).__name__}), address)
        return Sent(Outcome.SENT, "", address)
