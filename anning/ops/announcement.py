"""What ``anning up`` tells the person in front of it: the address and the demo accounts."""

from dataclasses import dataclass

from anning.accounts.models import User


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account, one per role; ``unchanged`` while its first password still holds."""

    username: str
    role: str
    unchanged: bool


def demo_accounts() -> list[Account]:
    """Return one active demo account per role, in the order of the roles."""
    users = User.objects.filter(is_demo=True, is_active=True).prefetch_related("roles")
    first: dict[str, tuple[int, Account]] = {}
    for user in users:
        for role in user.roles.all():
            account = Account(user.username, role.name, user.must_change_password)
            first.setdefault(role.code, (role.position, account))
    return [account for _, account in sorted(first.values(), key=lambda pair: pair[0])]


def address(host: str, port: int, *, tls: bool) -> str:
    """Return the address to type into a browser on this machine."""
    here = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"{'https' if tls else 'http'}://{here}:{port}/"


def text(url: str, accounts: list[Account]) -> str:
    """Return the announcement."""
    lines = ["", f"安宁平台已启动：{url}"]
    if accounts:
        lines += ["演示账号（首次登录须修改口令）：", *(_line(account) for account in accounts)]
    lines += ["按 Ctrl+C 停止。"]
    return "\n".join(lines)


def _line(account: Account) -> str:
    from anning.demo import PASSWORD

    password = PASSWORD if account.unchanged else "（口令已修改）"
    return f"  {account.username:<14} {password:<20} {account.role}"
