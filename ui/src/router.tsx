import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Shell } from "./app/Shell";
import { Failure } from "./components/Failure";
import { Waiting } from "./components/Waiting";
import { NotFound } from "./routes/NotFound";
import {
  readBlueprintSearch,
  readDashboardSearch,
  readDashboardsSearch,
  readExecutionSearch,
  readFlowSearch,
  readLogSearch,
  readNamespaceSearch,
  readNamespacesSearch,
  readNewFlowSearch,
  readPluginSearch,
  readRevisionSearch,
  readSourceSearch,
  readSystemSearch,
  readTab,
  readTriggerSearch,
} from "./search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./routes/HomeRoute"), "HomeRoute"),
});

const flows = createRoute({
  getParentRoute: () => root,
  path: "/flows",
  validateSearch: readFlowSearch,
  component: lazyRouteComponent(() => import("./routes/FlowsRoute"), "FlowsRoute"),
});

const sourceSearch = createRoute({
  getParentRoute: () => root,
  path: "/flows/search",
  validateSearch: readSourceSearch,
  component: lazyRouteComponent(() => import("./routes/SourceSearchRoute"), "SourceSearchRoute"),
});

const dependencies = createRoute({
  getParentRoute: () => root,
  path: "/flows/edit/$namespace/$id/dependencies",
  component: lazyRouteComponent(() => import("./routes/DependenciesRoute"), "DependenciesRoute"),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/flows/edit/$namespace/$id/overview",
  component: lazyRouteComponent(() => import("./routes/OverviewRoute"), "OverviewRoute"),
});

const newFlow = createRoute({
  getParentRoute: () => root,
  path: "/flows/new",
  validateSearch: readNewFlowSearch,
  component: lazyRouteComponent(() => import("./routes/NewFlowRoute"), "NewFlowRoute"),
});

const editor = createRoute({
  getParentRoute: () => root,
  path: "/flows/edit/$namespace/$id",
  component: lazyRouteComponent(() => import("./routes/EditorRoute"), "EditorRoute"),
});

const flowRevisions = createRoute({
  getParentRoute: () => root,
  path: "/flows/edit/$namespace/$id/revisions",
  validateSearch: readRevisionSearch,
  component: lazyRouteComponent(() => import("./routes/RevisionsRoute"), "RevisionsRoute"),
});

const blueprints = createRoute({
  getParentRoute: () => root,
  path: "/blueprints",
  validateSearch: readBlueprintSearch,
  component: lazyRouteComponent(() => import("./routes/BlueprintsRoute"), "BlueprintsRoute"),
});

// Addresses of the published API lead to tabs of a flow; the editor is where all of them are here.
const editorTab = createRoute({
  getParentRoute: () => root,
  path: "/flows/edit/$namespace/$id/$tab",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/flows/edit/$namespace/$id", params });
  },
});

const executions = createRoute({
  getParentRoute: () => root,
  path: "/executions",
  validateSearch: readExecutionSearch,
  component: lazyRouteComponent(() => import("./routes/ExecutionsRoute"), "ExecutionsRoute"),
});

const execution = createRoute({
  getParentRoute: () => root,
  path: "/executions/$namespace/$flow/$id",
  validateSearch: readTab,
  component: lazyRouteComponent(() => import("./routes/ExecutionRoute"), "ExecutionRoute"),
});

const logs = createRoute({
  getParentRoute: () => root,
  path: "/logs",
  validateSearch: readLogSearch,
  component: lazyRouteComponent(() => import("./routes/LogsRoute"), "LogsRoute"),
});

const triggers = createRoute({
  getParentRoute: () => root,
  path: "/triggers",
  validateSearch: readTriggerSearch,
  component: lazyRouteComponent(() => import("./routes/TriggersRoute"), "TriggersRoute"),
});

const namespaces = createRoute({
  getParentRoute: () => root,
  path: "/namespaces",
  validateSearch: readNamespacesSearch,
  component: lazyRouteComponent(() => import("./routes/NamespacesRoute"), "NamespacesRoute"),
});

const namespace = createRoute({
  getParentRoute: () => root,
  path: "/namespaces/$namespace",
  validateSearch: readNamespaceSearch,
  component: lazyRouteComponent(() => import("./routes/NamespaceRoute"), "NamespaceRoute"),
});

const plugins = createRoute({
  getParentRoute: () => root,
  path: "/plugins",
  validateSearch: readPluginSearch,
  // Where a type was read before it had an address of its own.
  beforeLoad: ({ location }) => {
    const type = new URLSearchParams(location.searchStr).get("type");
    if (type) throw redirect({ to: "/plugins/$type", params: { type }, replace: true });
  },
  component: lazyRouteComponent(() => import("./routes/PluginsRoute"), "PluginsRoute"),
});

// Drawn by the page of all types, which stays what it is while one after another is read.
const plugin = createRoute({ getParentRoute: () => plugins, path: "$type" });

const dashboards = createRoute({
  getParentRoute: () => root,
  path: "/dashboards",
  validateSearch: readDashboardsSearch,
  component: lazyRouteComponent(() => import("./routes/DashboardsRoute"), "DashboardsRoute"),
});

const dashboard = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/$id",
  validateSearch: readDashboardSearch,
  component: lazyRouteComponent(() => import("./routes/DashboardRoute"), "DashboardRoute"),
});

const newDashboard = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/new",
  validateSearch: (raw: Record<string, unknown>): { from?: string } =>
    typeof raw.from === "string" ? { from: raw.from } : {},
  component: lazyRouteComponent(() => import("./routes/NewDashboardRoute"), "NewDashboardRoute"),
});

const dashboardEditor = createRoute({
  getParentRoute: () => root,
  path: "/dashboards/$id/edit",
  component: lazyRouteComponent(() => import("./routes/DashboardEditorRoute"), "DashboardEditorRoute"),
});

const system = createRoute({
  getParentRoute: () => root,
  path: "/system",
  validateSearch: readSystemSearch,
  component: lazyRouteComponent(() => import("./routes/SystemRoute"), "SystemRoute"),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/users",
  component: lazyRouteComponent(() => import("./routes/UsersRoute"), "UsersRoute"),
});

const profile = createRoute({
  getParentRoute: () => root,
  path: "/profile",
  component: lazyRouteComponent(() => import("./routes/ProfileRoute"), "ProfileRoute"),
});

const routeTree = root.addChildren([
  home,
  flows,
  newFlow,
  sourceSearch,
  dependencies,
  overview,
  editor,
  editorTab,
  flowRevisions,
  blueprints,
  executions,
  execution,
  logs,
  triggers,
  namespaces,
  namespace,
  plugins.addChildren([plugin]),
  dashboards,
  newDashboard,
  dashboard,
  dashboardEditor,
  system,
  people,
  profile,
]);

/** The addresses of the interface; a tenant before them, as clients of the published API write it, is dropped. */
export function createAppRouter() {
  const { pathname, search, hash } = window.location;
  const plain = pathname.replace(/^\/ui\/main(\/|$)/, "/ui/");
  if (plain !== pathname) window.history.replaceState(null, "", plain + search + hash);
  return createRouter({
    routeTree,
    basepath: "/ui",
    defaultPreload: "intent",
    defaultPendingComponent: Waiting,
    defaultErrorComponent: ({ error, reset }) => (
      <div className="page-state">
        <Failure error={error} retry={reset} />
      </div>
    ),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
