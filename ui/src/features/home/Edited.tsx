import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { recentFlows } from "../../api/flows";
import { Icon } from "../../components/Icon";
import { moment } from "../../components/times";
import { t } from "../../i18n/text";

const MOST = 6;

/** The flows that were saved last. */
export function Edited() {
  const flows = useQuery(recentFlows(MOST)).data ?? [];
  return (
    <section aria-labelledby="edited-title">
      <h2 id="edited-title">{t("Recently edited")}</h2>
      <ul>
        {flows.map((flow) => (
          <li key={`${flow.namespace}/${flow.id}`}>
            <Link className="hrow" to="/flows/edit/$namespace/$id" params={{ namespace: flow.namespace, id: flow.id }}>
              <Icon name="file" small className="muted" />
              <span className="med cut">{flow.id}</span>
              <span className="small muted cut">{flow.namespace}</span>
              {flow.draft && <span className="chip">{t("draft")}</span>}
              <time className="push small muted num" dateTime={flow.updated}>
                {moment(flow.updated)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
