import { Link } from "@tanstack/react-router";
import { Empty } from "../../components/Empty";

/** Why the list is empty, and what to do about it. */
export function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Empty
      icon="filter"
      title="No execution matches these filters"
      actions={
        <button className="btn" type="button" onClick={onClear}>
          Clear the filters
        </button>
      }
    >
      They may be older: without a time only the last 8 days are looked at.
    </Empty>
  ) : (
    <Empty
      icon="runs"
      title="Nothing has run yet"
      actions={
        <Link className="btn btn--primary" to="/flows">
          Run a flow
        </Link>
      }
    >
      Each start of a flow appears here, with what became of it. The list shows the last 8 days.
    </Empty>
  );
}
