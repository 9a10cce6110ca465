"""The modules that programs of old flows import: they write the lines by which a script names outputs and figures."""

from __future__ import annotations

KESTRA_PY = '''"""Names outputs and figures of a script."""
import json
import sys
import time


class Kestra:
    @staticmethod
    def _tell(message):
        sys.stdout.write("::" + json.dumps(message) + "::\\n")
        sys.stdout.flush()

    @staticmethod
    def outputs(values):
        Kestra._tell({"outputs": values})

    @staticmethod
    def _metric(kind, name, value, tags):
        Kestra._tell({"metrics": [{"name": name, "type": kind, "value": value, "tags": tags or {}}]})

    @staticmethod
    def counter(name, value, tags=None):
        Kestra._metric("counter", name, value, tags)

    @staticmethod
    def timer(name, duration, tags=None):
        if callable(duration):
            began = time.monotonic()
            duration()
            duration = time.monotonic() - began
        Kestra._metric("timer", name, duration, tags)
'''

KESTRA_JS = """'use strict';
// Names outputs and figures of a script.
const tell = (message) => process.stdout.write(`::${JSON.stringify(message)}::\\n`);
const metric = (type, name, value, tags) => tell({metrics: [{name, type, value, tags: tags || {}}]});

module.exports = {
  outputs: (values) => tell({outputs: values}),
  counter: (name, value, tags) => metric('counter', name, value, tags),
  timer: (name, duration, tags) => {
    if (typeof duration !== 'function') return metric('timer', name, duration, tags);
    const began = process.hrtime.bigint();
    return duration(() => metric('timer', name, Number(process.hrtime.bigint() - began) / 1e9, tags));
  },
};
"""
