export function ExecutionsRoute() { return <h1>Executions</h1>; }
