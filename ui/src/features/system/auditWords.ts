import { t } from "../../i18n/text";

const ACTIONS: Record<string, string> = {
  CREATE: t("create##audit"),
  UPDATE: t("update##audit"),
  DELETE: t("delete##audit"),
  READ: t("read##audit"),
};
const RESOURCES: Record<string, string> = {
  FLOW: t("flow##audit"),
  EXECUTION: t("execution##audit"),
  TRIGGER: t("trigger##audit"),
  LOG: t("log##audit"),
  KV: t("kv##audit"),
  FILE: t("file##audit"),
  SECRET: t("secret##audit"),
  NAMESPACE: t("namespace##audit"),
  DASHBOARD: t("dashboard##audit"),
  PLUGIN: t("plugin##audit"),
  INSTANCE: t("instance##audit"),
  USER: t("user##audit"),
  ACCOUNT: t("account##audit"),
  AUDIT: t("audit##audit"),
};

/** What somebody did, in a word; by its name where a newer server has another. */
export function actionWord(action: string): string {
  return ACTIONS[action] ?? action.toLowerCase();
}

/** What it was done to. */
export function resourceWord(resource: string): string {
  return RESOURCES[resource] ?? resource.toLowerCase();
}
