"""What the journal's kinds of accounts are called on screen."""

from django.utils.translation import gettext_lazy as _

from anning.journal.labels import describe

for kind, words in {
    "user.sign_in": _("登录"),
    "user.sign_in_failed": _("登录失败"),
    "user.sign_out": _("退出登录"),
    "user.change_password": _("修改密码"),
    "user.reset_password": _("重置密码"),
    "user.totp_on": _("启用动态口令"),
    "user.totp_off": _("停用动态口令"),
    "user.grant": _("授予角色"),
    "user.lock": _("停用或锁定账号"),
    "user.unlock": _("启用账号"),
    "device.create": _("绑定手机"),
    "device.revoke": _("解除手机绑定"),
    "token.create": _("签发接口令牌"),
    "token.revoke": _("作废接口令牌"),
    "person.copy": _("提供个人信息副本"),
}.items():
    describe(kind, words)
