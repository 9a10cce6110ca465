import { t } from "../i18n/text";

/** A place of the rail, and the letter that leads there after g. */
export interface Section {
  to: string;
  name: string;
  icon: string;
  key: string;
}

export const SECTIONS: Section[] = [
  { to: "/", name: t("Home"), icon: "home", key: "h" },
  { to: "/flows", name: t("Flows"), icon: "flows", key: "f" },
  { to: "/executions", name: t("Executions"), icon: "runs", key: "e" },
  { to: "/logs", name: t("Logs"), icon: "logs", key: "l" },
  { to: "/triggers", name: t("Triggers"), icon: "triggers", key: "t" },
  { to: "/namespaces", name: t("Namespaces"), icon: "namespaces", key: "n" },
];

export const BUILD: Section[] = [
  { to: "/blueprints", name: t("Blueprints"), icon: "blueprints", key: "b" },
  { to: "/plugins", name: t("Plugins"), icon: "plugins", key: "p" },
];
export const OPERATE: Section[] = [
  { to: "/dashboards", name: t("Dashboards"), icon: "dashboards", key: "d" },
  { to: "/system", name: t("System"), icon: "system", key: "s" },
];
