import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { blueprint } from "../api/blueprints";
import { handedOver } from "../api/handover";
import { Icon } from "../components/Icon";
import { Loaded } from "../components/Loaded";
import { EditorPage } from "../features/editor/EditorPage";
import { EMPTY_FLOW, FIRST_FLOW } from "../features/editor/firstFlow";
import { t } from "../i18n/text";

const route = getRouteApi("/flows/new");

/** The editor with a flow that is not there yet: an example, nothing, or a blueprint. */
export function NewFlowRoute() {
  const search = route.useSearch();
  const handed = search.handed ? handedOver() : null;
  if (handed) return <NewFlow key="handed" source={handed} />;
  return search.blueprint === undefined ? (
    <NewFlow key={search.empty ? "empty" : "example"} source={search.empty ? EMPTY_FLOW : FIRST_FLOW} />
  ) : (
    <FromBlueprint key={search.blueprint} id={search.blueprint} />
  );
}

function FromBlueprint({ id }: { id: string }) {
  const found = useQuery(blueprint(id));
  return <Loaded query={found}>{({ source }) => <NewFlow source={source} />}</Loaded>;
}

function NewFlow({ source }: { source: string }) {
  const navigate = route.useNavigate();
  const open = (flow: { namespace: string; id: string }): void =>
    void navigate({
      to: "/flows/edit/$namespace/$id",
      params: { namespace: flow.namespace, id: flow.id },
      ignoreBlocker: true,
    });
  return (
    <EditorPage
      flow={null}
      source={source}
      onRun={open}
      onCreated={open}
      beginnings={
        <span className="row" style={{ gap: 2 }}>
          <Link className="btn btn--ghost btn--s" to="/flows/new" search={{ empty: true }}>
            <Icon name="blocks" small />
            {t("Begin empty")}
          </Link>
          <Link className="btn btn--ghost btn--s" to="/blueprints">
            <Icon name="blueprints" small />
            {t("From a blueprint")}
          </Link>
        </span>
      }
    />
  );
}
