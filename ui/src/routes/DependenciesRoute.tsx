import { getRouteApi } from "@tanstack/react-router";
import { DependenciesPage } from "../features/dependencies/DependenciesPage";

const route = getRouteApi("/flows/edit/$namespace/$id/dependencies");

/** What leads to a flow and from it. */
export function DependenciesRoute() {
  return <DependenciesPage {...route.useParams()} />;
}
