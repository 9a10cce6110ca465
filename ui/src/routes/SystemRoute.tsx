import { getRouteApi } from "@tanstack/react-router";
import { SystemPage } from "../features/system/SystemPage";

const route = getRouteApi("/system");

/** The state of the installation. */
export function SystemRoute() {
  return <SystemPage tab={route.useSearch().tab ?? "health"} />;
}
