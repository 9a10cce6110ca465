export function EditorRoute() { return <h1>Editor</h1>; }
