import { Link } from "@tanstack/react-router";
import type { ChartRow } from "../../api/dashboards";
import { t } from "../../i18n/text";
import { type Drawn, shortNumber } from "./charts";
import type { Where } from "./drill";
import { SvgLink } from "./SvgLink";
import { Legend } from "./TimeBars";

interface Props {
  title: string;
  drawn: Drawn;
  whereOf: (shared: Record<string, ChartRow[string]>) => Where;
}

const SHOWN = 50;

/** A bar for each name, with its number; pieces and numbers lead to what they count. */
export function NamedBars({ title, drawn, whereOf }: Props) {
  const { stacks, most, legend, valueName } = drawn;
  return (
    <div className="dchart">
      {stacks.length === 0 && <p className="muted">{t("Nothing in this range.")}</p>}
      <ul className="dnames" aria-label={title}>
        {stacks.slice(0, SHOWN).map((stack) => {
          const where = whereOf(stack.shared);
          let left = 0;
          return (
            <li key={stack.name}>
              <span className="cut" title={stack.name}>
                {stack.name}
              </span>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="group" aria-label={stack.name}>
                {stack.pieces.map((piece) => {
                  const width = most > 0 ? (piece.value / most) * 100 : 0;
                  const x = left;
                  left += width;
                  const label = `${shortNumber(piece.value)} ${piece.name} of ${stack.name}`;
                  return (
                    <SvgLink key={piece.name} where={whereOf(piece.shared)} label={label}>
                      <rect className={piece.look} x={x} y={0} width={width} height={10}>
                        <title>{label}</title>
                      </rect>
                    </SvgLink>
                  );
                })}
              </svg>
              {where ? (
                <Link className="num" to="/executions" search={{ where }} aria-label={`${stack.total} ${stack.name}`}>
                  {shortNumber(stack.total)}
                </Link>
              ) : (
                <span className="num">{shortNumber(stack.total)}</span>
              )}
            </li>
          );
        })}
      </ul>
      {stacks.length > SHOWN && (
        <p className="small muted">
          {t("The first {shown} of {count} by {value}.", { shown: SHOWN, count: stacks.length, value: valueName })}
        </p>
      )}
      {legend.length > 0 && <Legend legend={legend} />}
    </div>
  );
}
