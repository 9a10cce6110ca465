import { getRouteApi } from "@tanstack/react-router";
import { RevisionsPage } from "../features/revisions/RevisionsPage";

const route = getRouteApi("/flows/edit/$namespace/$id/revisions");

/** The history of one flow. */
export function RevisionsRoute() {
  const { namespace, id } = route.useParams();
  const compared = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <RevisionsPage
      namespace={namespace}
      id={id}
      compared={compared}
      onCompare={(search) => void navigate({ search, replace: true })}
    />
  );
}
