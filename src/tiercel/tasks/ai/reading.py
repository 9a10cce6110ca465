"""Having models read: sorting texts into classes, and taking facts out of them."""

from __future__ import annotations

import json

from tiercel.plugins import Json, Raw, RunContext, TaskError
from tiercel.tasks.ai.conversation import read_json
from tiercel.tasks.ai.model_task import ContentBlock, ModelOutputs, ModelTask, known_of, text_of

_CLASSIFY = "Respond by only one of the following classes by typing just the exact class name: {{ classes }}"


class ClassificationOutputs(ModelOutputs):
    """What the text is.

    Attributes:
        classification: Its class.
    """

    classification: str


class Classification(
    ModelTask,
    type="io.kestra.plugin.ai.completion.Classification",
    aliases=("io.kestra.plugin.langchain4j.Classification", "io.kestra.plugin.langchain4j.completion.Classification"),
    example="""
type: io.kestra.plugin.ai.completion.Classification
provider:
  type: io.kestra.plugin.ai.provider.MistralAI
  apiKey: "{{ secret('MISTRAL_KEY') }}"
  modelName: mistral-small-latest
prompt: "{{ inputs.review }}"
classes: [good, bad, neither]
""",
):
    """Has a model sort a text into a class.

    Attributes:
        prompt: The text.
        classes: The classes.
        content_blocks: The text, in parts.
        system_message: How to answer; ``classes`` is known in it.
    """

    prompt: str | None = None
    classes: list[str]
    content_blocks: list[ContentBlock] | None = None
    system_message: Raw[str] = _CLASSIFY

    def run(self, ctx: RunContext) -> ClassificationOutputs:
        """Ask."""
        classes: Json = list(self.classes)
        system = str(ctx.render(self.system_message, {"classes": classes}))
        answer = self.ask(ctx, system, [("user", text_of(self.prompt, self.content_blocks))])
        return ClassificationOutputs(classification=answer.text.strip(), **known_of(answer))


class ExtractionOutputs(ModelOutputs):
    """What was found.

    Attributes:
        extracted_json: The facts, as the text of a JSON map.
        schema_name: What they are of.
    """

    extracted_json: str
    schema_name: str


class JSONStructuredExtraction(
    ModelTask,
    type="io.kestra.plugin.ai.completion.JSONStructuredExtraction",
    aliases=(
        "io.kestra.plugin.langchain4j.JSONStructuredExtraction",
        "io.kestra.plugin.langchain4j.completion.JSONStructuredExtraction",
    ),
    example="""
type: io.kestra.plugin.ai.completion.JSONStructuredExtraction
provider:
  type: io.kestra.plugin.ai.provider.Ollama
  endpoint: http://localhost:11434
  modelName: llama3.2
schemaName: Person
jsonFields: [name, date]
prompt: "{{ inputs.letter }}"
""",
):
    """Has a model take facts out of a text.

    Attributes:
        prompt: The text.
        json_fields: Names of the facts.
        schema_name: What they are of.
        content_blocks: The text, in parts.
        system_message: How to answer.
    """

    prompt: str | None = None
    json_fields: list[str]
    schema_name: str
    content_blocks: list[ContentBlock] | None = None
    system_message: str = "You are a structured JSON extraction assistant. Always respond with valid JSON."

    def run(self, ctx: RunContext) -> ExtractionOutputs:
        """Ask."""
        required: list[Json] = list(self.json_fields)
        fields: dict[str, Json] = {name: {"type": "string"} for name in self.json_fields}
        schema: Json = {"type": "object", "title": self.schema_name, "properties": fields, "required": required}
        answer = self.ask(
            ctx,
            self.system_message,
            [("user", text_of(self.prompt, self.content_blocks))],
            {"type": "JSON", "jsonSchema": schema, "jsonSchemaDescription": self.schema_name},
        )
        found = read_json(answer.text)
        if not isinstance(found, dict):
            raise TaskError("The model was asked for a JSON map and answered something else")
        return ExtractionOutputs(
            extracted_json=json.dumps(found, ensure_ascii=False), schema_name=self.schema_name, **known_of(answer)
        )
