import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { chosenDashboard, dashboard, type Narrowed } from "../../api/dashboards";
import { useLive } from "../../api/stream";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { t } from "../../i18n/text";
import { spoken } from "./builtIn";
import { Grid } from "./Grid";

const RANGES: [string, string][] = [
  ["PT24H", "24 h"],
  ["P7D", "7 d"],
  ["P30D", "30 d"],
];

interface Props {
  /** Where it is shown: the dashboard that is chosen for there. */
  place: "home" | "flow" | "namespace";
  narrowed: Narrowed;
}

/** The dashboard of a place within another page. */
export function DefaultDashboard({ place, narrowed }: Props) {
  useLive("executions", "dashboards");
  const [range, setRange] = useState<string>();
  const chosen = useQuery(chosenDashboard(place));
  const found = useQuery({ ...dashboard(chosen.data ?? ""), enabled: chosen.data !== undefined });
  const usual = found.data?.timeWindow?.default;
  return (
    <Loaded query={found}>
      {(found) => {
        const one = spoken(found);
        return (
          <section className="dplace" aria-label={one.title}>
            <div className="tools tools--tab">
              <h2>{one.title}</h2>
              <span className="seg push" role="group" aria-label={t("Time")}>
                {RANGES.map(([period, name]) => (
                  <button
                    key={period}
                    type="button"
                    aria-pressed={(range ?? usual) === period}
                    onClick={() => setRange(period)}
                  >
                    {name}
                  </button>
                ))}
              </span>
              <Link className="btn btn--ghost" to="/dashboards/$id" params={{ id: one.id }}>
                <Icon name="expand" small />
                {t("Open")}
              </Link>
            </div>
            <Grid charts={one.charts} dashboard={one.id} narrowed={{ ...narrowed, ...(range && { range }) }} />
          </section>
        );
      }}
    </Loaded>
  );
}
