import { Link } from "@tanstack/react-router";
import { Empty } from "../../components/Empty";
import { t } from "../../i18n/text";

/** Why the list is empty, and what to do about it. */
export function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Empty
      icon="filter"
      title={t("No execution matches these filters")}
      actions={
        <button className="btn" type="button" onClick={onClear}>
          {t("Clear the filters")}
        </button>
      }
    >
      {t("They may be older: without a time only the last 8 days are looked at.")}
    </Empty>
  ) : (
    <Empty
      icon="runs"
      title={t("Nothing has run yet")}
      actions={
        <Link className="btn btn--primary" to="/flows">
          {t("Run a flow")}
        </Link>
      }
    >
      {t("Each start of a flow appears here, with what became of it. The list shows the last 8 days.")}
    </Empty>
  );
}
