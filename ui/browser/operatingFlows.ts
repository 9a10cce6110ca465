/** Flows that are operated in the tests: they run long, wait, loop, fail, or start others. */

export const LOOPING = `id: looping
namespace: test
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, 1000) }}"
    concurrencyLimit: 0
    tasks:
      - id: give
        type: io.kestra.plugin.core.debug.Return
        format: "handled {{ taskrun.value }}"
      - id: check
        type: io.kestra.plugin.core.execution.Fail
        runIf: "{{ taskrun.value == '617' }}"
        errorMessage: number 617 cannot be handled
`;

export const NAPPING = `id: napping
namespace: test
tasks:
  - id: nap
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT60S
  - id: after
    type: io.kestra.plugin.core.log.Log
    message: awake
`;

export const LIMITED = `id: limited
namespace: test
concurrency:
  limit: 1
  behavior: QUEUE
tasks:
  - id: nap
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT60S
`;

export const RAN = `id: ran
namespace: test
inputs:
  - id: word
    type: STRING
    defaults: usual
tasks:
  - id: say
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.word }}"
`;

export const PAUSING = `id: just_pausing
namespace: test
tasks:
  - id: hold
    type: io.kestra.plugin.core.flow.Pause
`;

export const PARENT = `id: above
namespace: test
tasks:
  - id: sub
    type: io.kestra.plugin.core.flow.Subflow
    namespace: test
    flowId: ran
    wait: true
`;
