import { getRouteApi, Link } from "@tanstack/react-router";
import { Head } from "../components/Head";
import { Icon } from "../components/Icon";
import { DefaultDashboard } from "../features/dashboards/DefaultDashboard";
import { t } from "../i18n/text";

const route = getRouteApi("/flows/edit/$namespace/$id/overview");

/** How a flow has been doing, as the dashboard that is chosen for flows tells it. */
export function OverviewRoute() {
  const { namespace, id } = route.useParams();
  return (
    <>
      <Head
        crumbs={[
          <Link key="namespace" to="/namespaces/$namespace" params={{ namespace }}>
            {namespace}
          </Link>,
        ]}
        title={id}
        actions={
          <>
            <Link className="btn" to="/flows/edit/$namespace/$id/dependencies" params={{ namespace, id }}>
              <Icon name="subflow" small />
              {t("Dependencies")}
            </Link>
            <Link className="btn" to="/executions" search={{ namespace, flow: id }}>
              <Icon name="runs" small />
              {t("Executions")}
            </Link>
            <Link className="btn" to="/flows/edit/$namespace/$id" params={{ namespace, id }}>
              <Icon name="edit" small />
              {t("Edit")}
            </Link>
          </>
        }
      />
      <div className="scroll" tabIndex={0} role="region" aria-label={t("Overview")}>
        <DefaultDashboard place="flow" narrowed={{ namespace, flow: id }} />
      </div>
    </>
  );
}
