import { getRouteApi, useParams } from "@tanstack/react-router";
import { PluginsPage } from "../features/plugins/PluginsPage";
import type { PluginSearch } from "../search";

const route = getRouteApi("/plugins");

/** The catalogue of types; the one that is read has an address of its own below it. */
export function PluginsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { type } = useParams({ strict: false });
  return (
    <PluginsPage
      search={search}
      type={type}
      onSearch={(part) =>
        void navigate({ to: "/plugins", search: (old) => ({ ...old, ...part }) as PluginSearch, replace: true })
      }
    />
  );
}
