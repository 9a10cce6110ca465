import type { ChartRow } from "../../api/dashboards";
import { length, moment, utcDay } from "../../components/times";
import { t } from "../../i18n/text";
import { type Drawn, type Stack, shortNumber } from "./charts";
import type { Where } from "./drill";
import { SvgLink } from "./SvgLink";

const HEIGHT = 150;
const STEP = 10;
const DAY_SECONDS = 86_400;

interface Props {
  title: string;
  drawn: Drawn;
  whereOf: (shared: Record<string, ChartRow[string]>) => Where;
}

/** Bars along the time, a piece for each colour, and a line for a second value; each piece leads to what it counts. */
export function TimeBars({ title, drawn, whereOf }: Props) {
  const { stacks, most, mostLine, legend, lineName, lineField, valueName, bucketSeconds } = drawn;
  const width = Math.max(1, stacks.length) * STEP;
  const marks = [stacks[0], stacks[Math.floor(stacks.length / 2)], stacks.at(-1)].filter((one) => one !== undefined);
  return (
    <div className="dchart">
      <div className="row small muted">
        <span className="num">
          {most > 0
            ? t("up to {number} {value}", { number: shortNumber(most), value: valueName })
            : t("nothing in this range")}
        </span>
        {lineName && (
          <span className="dline-name push">
            {t("{name}, up to {number}", {
              name: lineName,
              number: lineField === "DURATION" ? length(mostLine * 1000) : shortNumber(mostLine),
            })}
          </span>
        )}
      </div>
      <svg
        className="dbars"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="group"
        aria-label={t("{title}, over time", { title })}
      >
        {stacks.map((stack, index) => (
          <Bar key={stack.name} stack={stack} x={index * STEP} drawn={drawn} whereOf={whereOf} />
        ))}
        {lineName && <path className="dline" d={linePath(drawn)} aria-hidden />}
      </svg>
      <div className="daxis small muted num" aria-hidden>
        {marks.map((stack) => (
          <span key={stack.name}>{stretchName(stack.name, bucketSeconds)}</span>
        ))}
      </div>
      {legend.length > 0 && <Legend legend={legend} />}
    </div>
  );
}

interface BarProps {
  stack: Stack;
  x: number;
  drawn: Drawn;
  whereOf: Props["whereOf"];
}

function Bar({ stack, x, drawn, whereOf }: BarProps) {
  const { most, valueName, bucketSeconds } = drawn;
  const at = stretchName(stack.name, bucketSeconds);
  let top = HEIGHT;
  return stack.pieces.map((piece) => {
    if (piece.value <= 0 || most <= 0) return null;
    const height = Math.max(1.5, (piece.value / most) * (HEIGHT - 4));
    top -= height;
    const what = piece.name === valueName ? valueName : `${piece.name}, ${valueName}`;
    const label = `${shortNumber(piece.value)} ${what}, ${at}`;
    return (
      <SvgLink key={piece.name} where={whereOf(piece.shared)} label={label}>
        <rect className={piece.look} x={x + 1} y={top} width={STEP - 2} height={height}>
          <title>{label}</title>
        </rect>
      </SvgLink>
    );
  });
}

export function Legend({ legend }: { legend: Drawn["legend"] }) {
  return (
    <ul className="dlegend small">
      {legend.map(({ name, look }) => (
        <li key={name}>
          <i className={look} />
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Whole days are days of UTC, as they were counted; shorter stretches are times of here. */
function stretchName(iso: string, bucketSeconds: number): string {
  if (bucketSeconds < DAY_SECONDS) return moment(iso);
  return utcDay(new Date(iso));
}

/** The line breaks where there is no value. */
function linePath({ stacks, mostLine }: Drawn): string {
  let isOpen = false;
  return stacks
    .map(({ line }, index) => {
      const verb = isOpen ? "L" : "M";
      isOpen = line !== null;
      if (line === null || mostLine <= 0) return "";
      return `${verb}${index * STEP + STEP / 2} ${HEIGHT - 2 - (line / mostLine) * (HEIGHT - 8)}`;
    })
    .join("");
}
