import { Link } from "@tanstack/react-router";
import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";

/** Why the list is empty, and what to do about it. */
export function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        icon="filter"
        title="No flow matches this filter"
        actions={
          <button className="btn" type="button" onClick={onClear}>
            Clear the filter
          </button>
        }
      >
        The text is looked for in ids, namespaces and descriptions.
      </Empty>
    );
  }
  return (
    <Empty
      icon="flows"
      title="No flow yet"
      actions={
        <Link className="btn btn--primary" to="/flows/new">
          <Icon name="plus" small />
          New flow
        </Link>
      }
    >
      A flow is a YAML text: an id, a namespace and a list of tasks. The editor begins with one that runs.
    </Empty>
  );
}
