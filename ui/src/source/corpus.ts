/** Texts that are easy to spoil: each holds something that a careless edit loses or breaks. */

const ORDERS = `# Orders of a day
# second line of the head

id: orders          # the id
namespace: "shop.analytics"

labels: {team: data,   tier: gold}   # flow style
empty: []
variables:
    wide: 4 columns
    list:
        - 1
        - two   # the second
        - 'three'

tasks:
  # first
  - id: extract
    type: io.kestra.plugin.core.log.Log
    message: "It''s {{ inputs.day }}"   # trailing

  # second, with a body
  - id: script
    type: io.kestra.plugin.scripts.shell.Script
    script: |
      #!/bin/sh
      # a comment of the script, not of the flow
      echo "a: b"

      echo done
    env: {A: "1", B: '2'}
    values: []

  - id: last
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT1S

# about triggers
triggers:
  - id: nightly
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 4 * * *"
`;

const TIGHT = `id: tight
namespace: a
tasks:
- id: one
  type: t.One
  args: [a, "b", 'c'] # three
- id: two
  # about the type
  type: t.Two
  nested:
    deep:
      deeper: {x: {y: [1, 2, {z: 3}]}}
- # a comment behind the dash
  id: three
  type: t.Three
errors:
- {id: e1, type: t.E, message: "a, b: c"}
- {id: e2, type: t.E}`;

const ANCHORS = `defaults: &defaults
  retry: 3
  timeout: PT1M # long
base: &text hello
tasks:
  - id: a
    options: *defaults
    say: *text
  - id: b
    options:
      <<: *defaults
      retry: 5
  - &third
    id: c
    tagged: !!str 12
`;

const SCALARS = `folded: >-
  several words
  on two lines

  and a paragraph
kept: |+
  with lines after it


literal: |2
    two more
   one more
plain: several words
  over two lines   # comment
single: 'it''s
  folded'
double: "tab\\tand \\u00e4 \\
  joined"
tabs: "a	b"   	# tab before the comment
emoji: 🦅 falke
quoted key: 1
"other key": 2
? 'yes'
nothing:
tilde: ~
number: 012
date: 2026-01-31
"no": on
url: http://example.com/#fragment
time: 12:30:45
last: 1.10`.replace("? 'yes'\n", "");

const NESTED = `matrix:
  - - 1
    - 2   # two
  -
    - 3
  - - - deep
    - shallow
  - []
  - {}
maps:
  - a: 1
    # between
    b: 2

  - c: 3


  - d: 4
multi: [
  one,   # first
  two,
  three, # last
]
object: {
  k: v,
  l: w
}
trailing: [1, 2, ]
spaced: { a: 1, b: 2 }
# the end
# really
`;

const START = `%YAML 1.2
---
a: 1
b:
- x

- y

- z
...
`;

export const CORPUS: Record<string, string> = {
  orders: ORDERS,
  "orders without a last line break": ORDERS.trimEnd(),
  "orders with CRLF": ORDERS.replaceAll("\n", "\r\n"),
  tight: TIGHT,
  "tight with CRLF": TIGHT.replaceAll("\n", "\r\n"),
  anchors: ANCHORS,
  scalars: SCALARS,
  "scalars with CRLF": SCALARS.replaceAll("\n", "\r\n"),
  nested: NESTED,
  "nested with CRLF": NESTED.replaceAll("\n", "\r\n"),
  "with a start and an end": START,
  empty: "",
  "comments only": "# nothing yet\n",
  "a byte order mark": "\ufeffid: x\ntasks:\n  - id: a\n",
  "flow at the root": "{id: x, tasks: [{id: a}, {id: b}]}\n",
};
