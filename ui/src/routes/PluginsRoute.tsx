import { getRouteApi } from "@tanstack/react-router";
import { PluginsPage } from "../features/plugins/PluginsPage";
import type { PluginSearch } from "../search";

const route = getRouteApi("/plugins");

/** The catalogue of types; which one is read is kept in the address. */
export function PluginsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <PluginsPage
      search={search}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as PluginSearch, replace: true })}
    />
  );
}
