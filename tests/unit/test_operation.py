"""How an environment is run: nothing by itself, everything by a setting, no setting half."""

from pathlib import Path

import pytest

from lakehouse.operation import BadOperation, MailTarget, Operation, RefreshTimes, operation_of

MAIL = {
    "MEDLAKE_NOTICE_MAIL": "smtps://medlake@mail.example",
    "MEDLAKE_NOTICE_MAIL_PASSWORD_FILE": "/run/secrets/mail",
    "MEDLAKE_NOTICE_MAIL_FROM": "lake@plant.example",
    "MEDLAKE_NOTICE_MAIL_TO": "qa@plant.example, duty@plant.example",
}


def test_nothing_happens_by_itself() -> None:
    """Prevents a hidden default: a schedule, an address or a link that nobody has set."""
    assert operation_of({"PATH": "/bin"}) == Operation(None, None, None, None)


def test_everything_that_is_set_is_read() -> None:
    """Prevents a setting that is accepted and ignored."""
    found = operation_of(
        {
            **MAIL,
            "MEDLAKE_REFRESH_CRON": "30 5 * * 1-5",
            "MEDLAKE_REFRESH_ZONE": "Asia/Shanghai",
            "MEDLAKE_NOTICE_WEBHOOK": "https://chat.example/hook",
            "MEDLAKE_DASHBOARDS_URL": "https://lake.example/",
        }
    )
    mail = MailTarget(
        *("smtps", "mail.example", 465, "medlake", Path("/run/secrets/mail"), "lake@plant.example"),
        ("qa@plant.example", "duty@plant.example"),
    )
    times = RefreshTimes("30 5 * * 1-5", "Asia/Shanghai")
    assert found == Operation(times, "https://chat.example/hook", mail, "https://lake.example")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"MEDLAKE_REFRESH_CRON": "0 5 * * *"}, "MEDLAKE_REFRESH_ZONE"),
        ({"MEDLAKE_REFRESH_ZONE": "Asia/Shanghai"}, "MEDLAKE_REFRESH_CRON"),
        (
            {"MEDLAKE_REFRESH_CRON": "0 5 * * *", "MEDLAKE_REFRESH_ZONE": "Mars/Olympus"},
            "MEDLAKE_REFRESH_ZONE",
        ),
        ({"MEDLAKE_NOTICE_WEBHOOK": "chat.example"}, "MEDLAKE_NOTICE_WEBHOOK"),
        ({"MEDLAKE_NOTICE_WEBHOOK": "file:///etc/passwd"}, "MEDLAKE_NOTICE_WEBHOOK"),
        ({**MAIL, "MEDLAKE_NOTICE_MAIL": "mail.example"}, "MEDLAKE_NOTICE_MAIL"),
        ({**MAIL, "MEDLAKE_NOTICE_MAIL": "smtps://u:secret@mail.example"}, "PASSWORD_FILE"),
        ({**MAIL, "MEDLAKE_NOTICE_MAIL": "smtp://u@mail.example"}, "smtps"),
        ({**MAIL, "MEDLAKE_NOTICE_MAIL_PASSWORD_FILE": ""}, "PASSWORD_FILE"),
        ({**MAIL, "MEDLAKE_NOTICE_MAIL_TO": " , "}, "MEDLAKE_NOTICE_MAIL_TO"),
        ({**MAIL, "MEDLAKE_NOTICE_MAIL_FROM": ""}, "MEDLAKE_NOTICE_MAIL_FROM"),
    ],
)
def test_half_a_setting_is_refused_by_name(changed: dict[str, str], named: str) -> None:
    """Prevents a schedule in the wrong zone, a password in the clear, or a notice to nobody."""
    with pytest.raises(BadOperation, match=named) as refused:
        operation_of(changed)
    assert "secret@" not in str(refused.value)
