/** Flows the tests work on; each holds what a careless edit would lose. */

export const COMMENTED = (id: string): string => `# A flow with comments
id: ${id}   # its name
namespace: test

labels: {team: data}   # flow style
tasks:
  # the first
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: "one"   # said first

  # the second
  - id: second
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.first }} and 'first'"

  - id: third
    type: io.kestra.plugin.core.log.Log
    message: ["{{ outputs.second.value }}", plain second]
`;

export const FAILING = `id: failing
namespace: test
tasks:
  - id: before
    type: io.kestra.plugin.core.log.Log
    message: still fine
  - id: breaks
    type: io.kestra.plugin.core.execution.Fail
    errorMessage: the totals differ
  - id: after
    type: io.kestra.plugin.core.log.Log
    message: never said
`;

export const SLOW = `id: slow
namespace: test
labels:
  team: data
tasks:
  - id: one
    type: io.kestra.plugin.core.log.Log
    message: begins
  - id: two
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT2S
  - id: three
    type: io.kestra.plugin.core.log.Log
    message: ends
`;

export const ASKING = `id: asking
namespace: test
inputs:
  - id: day
    type: DATE
    defaults: "2026-11-24"
  - id: count
    type: INT
    min: 1
    max: 10
  - id: mode
    type: SELECT
    values: [append, replace]
    defaults: append
  - id: parts
    type: MULTISELECT
    values: [a, b]
    required: false
  - id: loud
    type: BOOLEAN
    defaults: true
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "{{ inputs.count }} {{ inputs.mode }}"
`;

export const PAUSING = `id: pausing
namespace: test
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - id: reason
        type: STRING
      - id: amount
        type: INT
        defaults: 3
  - id: go_on
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.ask.onResume.reason }} {{ outputs.ask.onResume.amount }}"
`;

export const SCHEDULED = `id: scheduled
namespace: test
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "{{ trigger.date }}"
triggers:
  - id: daily
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 4 * * *"
`;

/** Five hundred tasks, some of them nested. */
export function large(id: string): string {
  const tasks = Array.from({ length: 250 }, (_, index) => {
    const plain = `  - id: task_${index}
    type: io.kestra.plugin.core.log.Log
    message: "number ${index} of {{ flow.id }}"
`;
    if (index % 5 !== 0)
      return `${plain}  - id: next_${index}\n    type: io.kestra.plugin.core.debug.Return\n    format: x\n`;
    return `${plain}  - id: both_${index}
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: inner_${index}
        type: io.kestra.plugin.core.debug.Return
        format: x
`;
  });
  return `id: ${id}\nnamespace: test\ntasks:\n${tasks.join("")}`;
}

/** One task that says a word and ends. */
export const quick = (id: string): string => `id: ${id}
namespace: test
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: hello
`;
