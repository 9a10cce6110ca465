/** What a new flow begins with: it runs as it stands. */
export const FIRST_FLOW = `id: my_flow
namespace: dev

tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: Hello from {{ flow.id }}
`;

/** What a flow begins with that is put together by clicks. */
export const EMPTY_FLOW = `id: my_flow
namespace: dev

tasks: []
`;
