export function ExecutionRoute() { return <h1>Execution</h1>; }
