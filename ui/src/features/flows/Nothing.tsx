import { Link } from "@tanstack/react-router";
import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";

/** Why the list is empty, and what to do about it. */
export function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        icon="filter"
        title={t("No flow matches this filter")}
        actions={
          <button className="btn" type="button" onClick={onClear}>
            {t("Clear the filter")}
          </button>
        }
      >
        {t("The text is looked for in ids, namespaces and descriptions.")}
      </Empty>
    );
  }
  return (
    <Empty
      icon="flows"
      title={t("No flow yet")}
      actions={
        <Link className="btn btn--primary" to="/flows/new">
          <Icon name="plus" small />
          {t("New flow")}
        </Link>
      }
    >
      {t("A flow is a YAML text: an id, a namespace and a list of tasks. The editor begins with one that runs.")}
    </Empty>
  );
}
