/** What helps while writing, loaded when it is first asked for. */
export { completionFor } from "./completions";
export { hoverDocs } from "./hover";
