"""Which published version gives a flow its meaning, decided by the constructs it uses.

``auto`` accepts the union: a flow that uses something only 2.0 has is 2.0, every other is 1.3. A setting that names a
version means exactly that version: what it does not know is refused, so that a flow saved so runs there unchanged.
"""

from __future__ import annotations

from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.source.report import Report, Use

ALIASES_KEPT_IN_2_0 = frozenset(
    {
        "io.kestra.plugin.core.flow.WaitFor",
        "io.kestra.plugin.fs.http.Download",
        "io.kestra.plugin.fs.http.Request",
        "io.kestra.plugin.fs.http.Trigger",
    }
)

# Neither published version has these; they come from the line that became 2.0 and mean what 2.0 would.
UNPUBLISHED_TYPES = frozenset({"io.kestra.plugin.core.flow.Approval"})
UNPUBLISHED_PROPERTIES = frozenset({("io.kestra.plugin.core.flow.Loop", "breakWhen")})


def resolve(setting: DialectSetting, uses: list[Use]) -> Dialect:
    """The dialect of a flow with these uses."""
    if setting is not DialectSetting.AUTO:
        return Dialect(setting.value)
    is_new = any(use.dialect is not Dialect.V1_3 for use in uses)
    return Dialect.V2_0 if is_new else Dialect.V1_3


def refuse_others(setting: DialectSetting, report: Report) -> None:
    """Report every construct that a version asked for by name does not have."""
    if setting is DialectSetting.AUTO:
        return
    wanted = Dialect(setting.value)
    for use in report.uses:
        if use.dialect is not wanted:
            owner = f"exists only in {use.dialect.value}" if use.dialect else "is an extension"
            message = f"{use.what} is not part of dialect {wanted.value}: it {owner}"
            hint = "Use the dialect auto, which accepts both versions"
            report.error(use.path, message, "other-dialect", hint, of_key=use.path[-1] != "type")
