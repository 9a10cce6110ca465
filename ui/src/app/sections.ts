/** A place of the rail, and the letter that leads there after g. */
export interface Section {
  to: string;
  name: string;
  icon: string;
  key: string;
}

export const SECTIONS: Section[] = [
  { to: "/", name: "Home", icon: "home", key: "h" },
  { to: "/flows", name: "Flows", icon: "flows", key: "f" },
  { to: "/executions", name: "Executions", icon: "runs", key: "e" },
  { to: "/logs", name: "Logs", icon: "logs", key: "l" },
  { to: "/triggers", name: "Triggers", icon: "triggers", key: "t" },
  { to: "/namespaces", name: "Namespaces", icon: "namespaces", key: "n" },
];

export const BUILD: Section[] = [
  { to: "/blueprints", name: "Blueprints", icon: "blueprints", key: "b" },
  { to: "/plugins", name: "Plugins", icon: "plugins", key: "p" },
];
export const OPERATE: Section[] = [
  { to: "/dashboards", name: "Dashboards", icon: "dashboards", key: "d" },
  { to: "/system", name: "System", icon: "system", key: "s" },
];
