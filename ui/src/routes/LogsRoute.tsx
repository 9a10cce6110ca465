export function LogsRoute() { return <h1>Logs</h1>; }
