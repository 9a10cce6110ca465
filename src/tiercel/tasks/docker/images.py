"""Tasks on images."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.docker.engine_task import EngineTask, follow_steps, split_image
from tiercel.tasks.flow.directory_files import inside, put_input_files, put_namespace_files
from tiercel.tasks.flow.working_directory import NamespaceFiles

_OWN_FILE = "Dockerfile.tiercel"


class Pull(
    EngineTask,
    type="io.kestra.plugin.docker.cli.Pull",
    aliases=("io.kestra.plugin.docker.Pull",),
    example="""
type: io.kestra.plugin.docker.cli.Pull
image: python:3.13-slim
""",
):
    """Fetches an image.

    Attributes:
        image: The image.
    """

    image: str

    def run(self, ctx: RunContext) -> None:
        """Fetch it."""
        name, tag = split_image(self.image)
        with self.opened(ctx) as client:
            steps = client.pull(name, tag=tag, stream=True, decode=True, auth_config=self.login(self.image))
            follow_steps(ctx, steps, f"Pulling {self.image}")


class Push(
    EngineTask,
    type="io.kestra.plugin.docker.cli.Push",
    aliases=("io.kestra.plugin.docker.Push",),
    example="""
type: io.kestra.plugin.docker.cli.Push
tags:
  - registry.example.com/team/tool:1.2
credentials:
  username: "{{ secret('REGISTRY_USER') }}"
  password: "{{ secret('REGISTRY_PASSWORD') }}"
""",
):
    """Sends images to their registries.

    Attributes:
        tags: The images.
    """

    tags: list[str]

    def run(self, ctx: RunContext) -> None:
        """Send them one after another."""
        with self.opened(ctx) as client:
            for image in self.tags:
                name, tag = split_image(image)
                steps = client.push(name, tag=tag, stream=True, decode=True, auth_config=self.login(image))
                follow_steps(ctx, steps, f"Pushing {image}")


class Tag(
    EngineTask,
    type="io.kestra.plugin.docker.cli.Tag",
    aliases=("io.kestra.plugin.docker.Tag",),
    example="""
type: io.kestra.plugin.docker.cli.Tag
sourceImage: tool:latest
targetImage: registry.example.com/team/tool:1.2
""",
):
    """Gives an image a further name.

    Attributes:
        source_image: The image.
        target_image: Its further name.
        credentials: Have no effect here.
    """

    source_image: str
    target_image: str

    def run(self, ctx: RunContext) -> None:
        """Name it."""
        name, tag = split_image(self.target_image)
        with self.opened(ctx) as client:
            client.tag(self.source_image, name, tag)


class ImageEntry(Outputs):
    """An image.

    Attributes:
        id: Its id.
        repo_tags: Its names.
        repo_digests: Its names by content.
        size: In bytes.
        created: When it was made, in seconds since 1970.
        labels: Its labels.
    """

    id: str
    repo_tags: list[str]
    repo_digests: list[str]
    size: int
    created: int
    labels: dict[str, str]


class ImagesOutputs(Outputs):
    """What an ImageLs gives back.

    Attributes:
        images: The images.
        count: How many there are.
    """

    images: list[ImageEntry]
    count: int


class ImageLs(
    EngineTask,
    type="io.kestra.plugin.docker.cli.ImageLs",
    aliases=("io.kestra.plugin.docker.ImageLs",),
    example="""
type: io.kestra.plugin.docker.cli.ImageLs
imageNameFilter: python
""",
):
    """Lists images.

    Attributes:
        image_name_filter: Name of those that are listed.
        label_filter: Labels of those that are listed.
        show_all: Whether parts of other images are listed too.
        credentials: Have no effect here.
    """

    image_name_filter: str | None = None
    label_filter: dict[str, str] | None = None
    show_all: bool = False

    def run(self, ctx: RunContext) -> ImagesOutputs:
        """List them."""
        labels = [f"{name}={value}" for name, value in (self.label_filter or {}).items()]
        with self.opened(ctx) as client:
            found = client.images(name=self.image_name_filter, all=self.show_all, filters={"label": labels})
        images = [
            ImageEntry(
                id=one["Id"],
                repo_tags=one.get("RepoTags") or [],
                repo_digests=one.get("RepoDigests") or [],
                size=one["Size"],
                created=one["Created"],
                labels=one.get("Labels") or {},
            )
            for one in found
        ]
        return ImagesOutputs(images=images, count=len(images))


class BuildOutputs(Outputs):
    """What a Build gives back.

    Attributes:
        image_id: Id of the image.
    """

    image_id: str


class Build(
    EngineTask,
    type="io.kestra.plugin.docker.cli.Build",
    aliases=("io.kestra.plugin.docker.Build",),
    example="""
type: io.kestra.plugin.docker.cli.Build
dockerfile: |
  FROM python:3.13-slim
  COPY tool.py /
inputFiles:
  tool.py: print("hello")
tags:
  - registry.example.com/team/tool:1.2
""",
):
    """Builds an image from the files of the working directory.

    Attributes:
        dockerfile: The text of the Dockerfile, or the name of a file that is there.
        input_files: Files to put there, with their text or URI.
        namespace_files: Files of namespaces to put there.
        tags: Names of the image.
        build_args: Arguments of the Dockerfile.
        labels: Labels of the image.
        target: The stage that is built.
        platforms: For which machine; one.
        pull: Whether images it builds on are fetched anew.
        push: Whether it is sent to its registries.
    """

    dockerfile: str | None = None
    input_files: dict[str, str] | str | None = None
    namespace_files: NamespaceFiles | None = None
    tags: list[str] = Field(min_length=1)
    build_args: dict[str, str] | None = None
    labels: dict[str, str] | None = None
    target: str | None = None
    platforms: list[str] | None = None
    pull: bool = True
    push: bool = False

    def run(self, ctx: RunContext) -> BuildOutputs:
        """Put the files there, build, name, send."""
        if self.platforms and len(self.platforms) > 1:
            raise TaskError("platforms may name one only: an image for several machines needs a builder of its own")
        directory = ctx.working_dir
        if self.namespace_files is not None and self.namespace_files.enabled:
            put_namespace_files(ctx, directory, self.namespace_files)
        put_input_files(ctx, directory, self.input_files)
        name = self._file(ctx)
        with self.opened(ctx) as client:
            steps = client.build(
                path=str(directory),
                dockerfile=name,
                tag=self.tags[0],
                buildargs=self.build_args,
                labels=self.labels,
                target=self.target or "",
                platform=self.platforms[0] if self.platforms else None,
                pull=self.pull,
                rm=True,
                forcerm=True,
                decode=True,
            )
            follow_steps(ctx, steps, f"Building {self.tags[0]}")
            for image in self.tags[1:]:
                client.tag(self.tags[0], *split_image(image))
            found = client.inspect_image(self.tags[0])["Id"]
        if self.push:
            Push(tags=self.tags, host=self.host, config=self.config, credentials=self.credentials).run(ctx)
        return BuildOutputs(image_id=found)

    def _file(self, ctx: RunContext) -> str:
        if not self.dockerfile:
            return "Dockerfile"
        if "\n" not in self.dockerfile and not self.dockerfile.upper().startswith("FROM "):
            return str(inside(ctx.working_dir, self.dockerfile).relative_to(ctx.working_dir.resolve()))
        (ctx.working_dir / _OWN_FILE).write_text(self.dockerfile, encoding="utf-8")
        return _OWN_FILE
