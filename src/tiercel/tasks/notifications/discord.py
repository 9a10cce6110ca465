"""Messages to Discord."""

from __future__ import annotations

from tiercel.plugins import Json, Properties, RunContext
from tiercel.tasks.notifications.execution import describe
from tiercel.tasks.notifications.webhook import WebhookTask

_MOST_FIELDS = 25
_COLOR_PARTS = 3
_SILENT: Json = {"parse": []}  # nobody is mentioned by what an execution says


class Embed(Properties):
    """A box of a message.

    Attributes:
        title: Its title.
        description: Its text.
        website_url: Where its title leads to.
        thumbnail: Address of a picture.
        author_name: Whose it is.
        footer: The line below it.
        color: Its red, green and blue, from 0 to 255.
    """

    title: str | None = None
    description: str | None = None
    website_url: str | None = None
    thumbnail: str | None = None
    author_name: str | None = None
    footer: str | None = None
    color: list[int] | None = None


class DiscordIncomingWebhook(
    WebhookTask,
    type="io.kestra.plugin.discord.DiscordIncomingWebhook",
    aliases=("io.kestra.plugin.notifications.discord.DiscordIncomingWebhook",),
    example="""
type: io.kestra.plugin.discord.DiscordIncomingWebhook
url: "{{ secret('DISCORD_WEBHOOK') }}"
payload: |
  {"content": "Orders are in"}
""",
):
    """Sends a message to Discord.

    Attributes:
        payload: The message, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class DiscordExecution(
    WebhookTask,
    type="io.kestra.plugin.discord.DiscordExecution",
    aliases=("io.kestra.plugin.notifications.discord.DiscordExecution",),
    example="""
type: io.kestra.plugin.discord.DiscordExecution
url: "{{ secret('DISCORD_WEBHOOK') }}"
executionId: "{{ trigger.executionId }}"
username: Tiercel
""",
):
    """Tells Discord of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        execution_id: Of the execution; the own one when nothing is said.
        custom_message: A text to add.
        custom_fields: Names and values to add.
        content: A text above the box.
        username: Name of the sender.
        avatar_url: Address of a picture of the sender.
        embed_list: Further boxes.
        template_render_map: Further names and values to add.
    """

    execution_id: str = "{{ execution.id }}"
    custom_message: str | None = None
    custom_fields: dict[str, Json] | None = None
    content: str | None = None
    username: str | None = None
    avatar_url: str | None = None
    embed_list: list[Embed] | None = None
    template_render_map: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = describe(ctx, self.execution_id, self.custom_message, self.custom_fields, self.template_render_map)
        fields = [{"name": name, "value": value, "inline": True} for name, value in told.facts.items()]
        box = _without_none(
            title=told.title,
            url=told.link,
            description=told.text,
            color=int(told.color, 16),
            fields=fields[:_MOST_FIELDS],
        )
        message = _without_none(
            content=self.content,
            username=self.username,
            avatar_url=self.avatar_url,
            embeds=[box, *map(_embed, self.embed_list or ())],
            allowed_mentions=_SILENT,
        )
        self.send(ctx, {**message, **self.written()})


def _embed(written: Embed) -> dict[str, Json]:
    color = written.color if written.color and len(written.color) == _COLOR_PARTS else None
    return _without_none(
        title=written.title,
        url=written.website_url,
        description=written.description,
        thumbnail={"url": written.thumbnail} if written.thumbnail else None,
        author={"name": written.author_name} if written.author_name else None,
        footer={"text": written.footer} if written.footer else None,
        color=(color[0] << 16) + (color[1] << 8) + color[2] if color else None,
    )


def _without_none(**values: Json) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}
