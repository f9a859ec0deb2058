from django.urls import path

from anning.accounts.views import account, people, security, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/second", sign_in.second_factor, name="second_factor"),
    path("sign-in/oidc", sign_in.oidc_start, name="oidc_start"),
    path("sign-in/oidc/return", sign_in.oidc_return, name="oidc_return"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("account", account.account, name="account"),
    path("account/password", account.password_change, name="password_change"),
    path("account/totp", account.totp, name="totp"),
    path("account/totp/off", account.totp_off, name="totp_off"),
    path("account/sessions/<int:session_id>/end", account.session_end, name="session_end"),
    path("account/devices/<int:device_id>/revoke", account.device_revoke, name="device_revoke"),
    path("account/tokens/add", account.token_add, name="token_add"),
    path("account/tokens/<int:token_id>/revoke", account.token_revoke, name="token_revoke"),
    path("security/users/<int:user_id>", security.user_security, name="user_security"),
    path("security/users/<int:user_id>/grant", security.user_grant, name="user_grant"),
    path("security/users/<int:user_id>/lock", security.user_lock, name="user_lock"),
    path("security/users/<int:user_id>/unlock", security.user_unlock, name="user_unlock"),
    path("security/users/<int:user_id>/reset", security.user_reset, name="user_reset"),
    path("security/users/<int:user_id>/totp-off", security.user_totp_off, name="user_totp_off"),
    path(
        "security/users/<int:user_id>/sessions/<int:session_id>/end", security.user_session_end, name="user_session_end"
    ),
    path("security/roles/<int:role_id>/permissions", security.role_permissions, name="role_permissions"),
    path("people/<int:person_id>/data", people.person_data, name="person_data"),
    path("people/<int:person_id>/data/copy", people.person_copy, name="person_copy"),
    path("people/<int:person_id>/data/erase", people.person_erase, name="person_erase"),
]
