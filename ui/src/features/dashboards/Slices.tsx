import { Link } from "@tanstack/react-router";
import type { ChartRow } from "../../api/dashboards";
import { t } from "../../i18n/text";
import { type Piece, shortNumber } from "./charts";
import type { Where } from "./drill";
import { SvgLink } from "./SvgLink";

interface Props {
  title: string;
  pieces: Piece[];
  hasHole: boolean;
  whereOf: (shared: Record<string, ChartRow[string]>) => Where;
}

const OUTER = 50;

/** Shares of a whole as a ring, with their numbers beside it. */
export function Slices({ title, pieces, hasHole, whereOf }: Props) {
  const whole = pieces.reduce((sum, { value }) => sum + value, 0);
  let at = 0;
  if (whole === 0) return <p className="muted">{t("Nothing in this range.")}</p>;
  return (
    <div className="dpie">
      <svg viewBox="-50 -50 100 100" role="group" aria-label={title}>
        {pieces.map((piece) => {
          const from = at;
          at += piece.value / whole;
          const label = `${shortNumber(piece.value)} ${piece.name}`;
          return (
            <SvgLink key={piece.name} where={whereOf(piece.shared)} label={label}>
              <path className={piece.look} d={slicePath(from, at, hasHole ? 30 : 0)} fillRule="evenodd">
                <title>{label}</title>
              </path>
            </SvgLink>
          );
        })}
      </svg>
      <ul className="dnames dnames--short">
        {pieces.map((piece) => {
          const where = whereOf(piece.shared);
          return (
            <li key={piece.name}>
              <i className={piece.look} />
              <span className="cut">{piece.name}</span>
              {where ? (
                <Link className="num" to="/executions" search={{ where }} aria-label={`${piece.value} ${piece.name}`}>
                  {shortNumber(piece.value)}
                </Link>
              ) : (
                <span className="num">{shortNumber(piece.value)}</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** A sector from one part of the turn to another; a whole turn is two circles. */
function slicePath(from: number, to: number, inner: number): string {
  if (to - from > 0.9999) return circle(OUTER) + (inner ? circle(inner) : "");
  const [x1, y1] = point(from, OUTER);
  const [x2, y2] = point(to, OUTER);
  const [x3, y3] = point(to, inner);
  const [x4, y4] = point(from, inner);
  const large = to - from > 0.5 ? 1 : 0;
  return `M${x1} ${y1}A${OUTER} ${OUTER} 0 ${large} 1 ${x2} ${y2}L${x3} ${y3}A${inner} ${inner} 0 ${large} 0 ${x4} ${y4}Z`;
}

function circle(radius: number): string {
  return `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}Z`;
}

function point(part: number, radius: number): [number, number] {
  const angle = part * 2 * Math.PI - Math.PI / 2;
  return [Number((radius * Math.cos(angle)).toFixed(3)), Number((radius * Math.sin(angle)).toFixed(3))];
}
