"""What every operation works with: the parts the composition root put together, in one frozen record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tiercel.expressions.context import Host
from tiercel.model.types import Types
from tiercel.operations.access import Access
from tiercel.operations.bell import Bell
from tiercel.operations.call_rates import CallRates
from tiercel.operations.exporting import Exports
from tiercel.operations.flow_cache import FlowCache
from tiercel.operations.namespace_book import NamespaceBook
from tiercel.operations.noticeboard import Noticeboard
from tiercel.operations.plugin_jobs import PluginJobs
from tiercel.operations.pollster import Pollster
from tiercel.operations.secrets import Secrets
from tiercel.operations.settings import Settings
from tiercel.operations.slots import Pools
from tiercel.operations.streams import Streams
from tiercel.operations.switches import Switches
from tiercel.operations.tripping import Breakers
from tiercel.operations.watching import Watchers
from tiercel.repository.database import Database
from tiercel.repository.transport import Transport
from tiercel.storage.protocol import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The parts of a running installation.

    Attributes:
        types: What flows may name: the registry of plugins.
        transport: Hands new executions and events to the executor that owns them.
        streams: Committed changes, for those who follow.
        clock: Microseconds since 1970, UTC.
        new_id: A new 22-character id; later ones sort after earlier ones.
        envs: The variable ``envs`` of expressions.
        encryption_key: 32 bytes, when one is set.
        secrets_key: Gives the key of stored secrets, made when there is none; blocks.
        namespaces: What is set for namespaces.
        flows: Parsed revisions.
        watchers: Which Flow triggers look at which executions.
        access: What is remembered of those who signed in.
        call_rates: Counts calls of tools.
        draft_rates: Counts drafts by the language model.
        pools: How many slots the pools have.
        breakers: Which flows are stopped, since executions led to too many of them.
        switches: Which triggers for events are switched off.
        bell: Wakes the scheduler; ring it after a change of triggers.
        noticeboard: Hands notifications to those who follow them.
        exports: Log lines on their way to exporters.
        plugin_jobs: Packages that are being installed.
        pollster: Looks on behalf of polling triggers; None where no worker is.
        outside: Makes a host that answers the blocking functions of expressions for a namespace; call it and use the
            host on a thread, never on the loop.
    """

    database: Database
    storage: Storage
    types: Types
    transport: Transport
    streams: Streams
    clock: Callable[[], int]
    new_id: Callable[[], str]
    settings: Settings = field(default_factory=Settings)
    secrets: Secrets = field(default_factory=lambda: Secrets({}))
    envs: Mapping[str, str] = field(default_factory=dict)
    encryption_key: bytes | None = None
    secrets_key: Callable[[], bytes] | None = None
    namespaces: NamespaceBook = field(default_factory=NamespaceBook)
    flows: FlowCache = field(default_factory=FlowCache)
    watchers: Watchers = field(default_factory=Watchers)
    access: Access = field(default_factory=Access)
    call_rates: CallRates = field(default_factory=lambda: CallRates("calls of tools"))
    draft_rates: CallRates = field(default_factory=lambda: CallRates("drafts"))
    switches: Switches = field(default_factory=Switches)
    bell: Bell = field(default_factory=Bell)
    pools: Pools = field(default_factory=Pools)
    breakers: Breakers = field(default_factory=Breakers)
    noticeboard: Noticeboard = field(default_factory=Noticeboard)
    exports: Exports = field(default_factory=Exports)
    plugin_jobs: PluginJobs = field(default_factory=PluginJobs)
    pollster: Pollster | None = None
    outside: Callable[[str], Host] | None = None
