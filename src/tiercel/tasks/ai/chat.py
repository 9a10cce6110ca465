"""Conversations with models, and agents."""

from __future__ import annotations

from typing import ClassVar, Literal

from tiercel.plugins import Json, Properties, RunContext, TaskError
from tiercel.tasks.ai.model_task import ContentBlock, ModelTask, TextOutputs, answered, text_of
from tiercel.tasks.flow.directory_files import take_output_files


class ChatMessage(Properties):
    """A message of the conversation.

    Attributes:
        type: Who says it.
        content: What is said.
        content_blocks: What is said, in parts.
    """

    type: Literal["SYSTEM", "AI", "USER"] = "USER"
    content: str | None = None
    content_blocks: list[ContentBlock] | None = None


class ChatCompletion(
    ModelTask,
    type="io.kestra.plugin.ai.completion.ChatCompletion",
    aliases=("io.kestra.plugin.langchain4j.ChatCompletion", "io.kestra.plugin.langchain4j.completion.ChatCompletion"),
    example="""
type: io.kestra.plugin.ai.completion.ChatCompletion
provider:
  type: io.kestra.plugin.ai.provider.GoogleGemini
  apiKey: "{{ secret('GEMINI_KEY') }}"
  modelName: gemini-2.5-flash
messages:
  - type: SYSTEM
    content: You answer in one sentence.
  - type: USER
    content: "{{ inputs.question }}"
""",
):
    """Has a model go on with a conversation.

    Attributes:
        messages: The conversation so far; the last is of the user.
        tools: What the model may call; not carried out, so they are refused.
        observability: Where what is asked is sent; not carried out, so it is refused.
    """

    refused: ClassVar[tuple[str, ...]] = ("guardrails", "tools", "observability")

    messages: list[ChatMessage]
    tools: Json = None
    observability: Json = None

    def run(self, ctx: RunContext) -> TextOutputs:
        """Ask."""
        system = [text_of(one.content, one.content_blocks) for one in self.messages if one.type == "SYSTEM"]
        said = [
            ("user" if one.type == "USER" else "assistant", text_of(one.content, one.content_blocks))
            for one in self.messages
            if one.type != "SYSTEM"
        ]
        if not said or said[-1][0] != "user":
            raise TaskError("The last of the messages must be of type USER")
        outputs = answered(self, ctx, "\n\n".join(system), said)
        outputs.ai_response = outputs.text_output
        return outputs


class AIAgent(
    ModelTask,
    type="io.kestra.plugin.ai.agent.AIAgent",
    example="""
type: io.kestra.plugin.ai.agent.AIAgent
provider:
  type: io.kestra.plugin.ai.provider.OpenAI
  apiKey: "{{ secret('OPENAI_KEY') }}"
  modelName: gpt-4o-mini
systemMessage: You sum up what is given to you in five lines.
prompt: "{{ read(outputs.report.uri) }}"
""",
):
    """Gives a model something to do. It works on what the prompt holds: it cannot call tools yet.

    Attributes:
        prompt: What to do.
        system_message: How to do it.
        output_files: Patterns of files in the working directory to store at the end.
        tools: What the model may call; not carried out, so they are refused.
        max_sequential_tools_invocations: How often it may call in a row; has no effect without tools.
        content_retrievers: Where things are looked up for it; not carried out, so they are refused.
        memory: Where it remembers; not carried out, so it is refused.
        observability: Where what is asked is sent; not carried out, so it is refused.
    """

    refused: ClassVar[tuple[str, ...]] = ("guardrails", "tools", "contentRetrievers", "memory", "observability")

    prompt: str
    system_message: str | None = None
    output_files: list[str] | None = None
    tools: Json = None
    max_sequential_tools_invocations: int | None = None
    content_retrievers: Json = None
    memory: Json = None
    observability: Json = None

    def run(self, ctx: RunContext) -> TextOutputs:
        """Ask."""
        outputs = answered(self, ctx, self.system_message or "", [("user", self.prompt)])
        if self.output_files:
            outputs.output_files = take_output_files(ctx, ctx.working_dir, self.output_files)
        return outputs
