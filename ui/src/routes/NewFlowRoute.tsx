export function NewFlowRoute() { return <h1>NewFlow</h1>; }
