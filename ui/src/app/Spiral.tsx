import { t } from "../i18n/text";

const CENTRE = { x: 360, y: 470 };
/** The curve is r = e^(growth * angle), so that every turn is so many times as wide as the one before. */
const GROWTH = Math.log(4.1) / (2 * Math.PI);
const FROM = 2;
const TO = 34;
const STEP = 0.05;
/** Where the falcon is, and how far the whole is turned for it to be at the right, on its way up. */
const HERE = 21.6;
const TURNED = 2.45;
const TICK = 0.42;
const LONG_TICK = 4;

/** The mark at work: a falcon comes closer along a line that keeps what it wants in sight. */
export function Spiral() {
  const steps = Array.from({ length: Math.ceil((TO - FROM) / STEP) }, (_, index) => FROM + index * STEP);
  const ticks = Array.from({ length: Math.floor((TO - 8) / TICK) }, (_, index) => 8 + index * TICK);
  const falcon = pointAt(HERE);
  return (
    <aside className="lg__a" aria-label={t("About the mark")}>
      <svg viewBox="0 0 720 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        <path d={`M${steps.map((angle) => pointAt(angle).join(" ")).join("L")}`} />
        <path d={ticks.map((angle, index) => tickAt(angle, index % LONG_TICK === 0)).join("")} />
        <circle className="lg__goal" cx={CENTRE.x} cy={CENTRE.y} r={2.5} />
        <g transform={`translate(${falcon.join(" ")}) rotate(-36)`}>
          <circle className="lg__gap" r={34} />
          <use href="#i-logo" x={-24} y={-24} width={48} height={48} />
        </g>
      </svg>
      <p className="small muted">
        {t("A falcon closes in along a spiral of constant angle: the target stays in view, and no turn is wasted.")}
      </p>
    </aside>
  );
}

function pointAt(angle: number, share = 1): [number, number] {
  const radius = Math.exp(GROWTH * angle) * share;
  return [round(CENTRE.x + radius * Math.cos(angle - TURNED)), round(CENTRE.y + radius * Math.sin(angle - TURNED))];
}

function tickAt(angle: number, isLong: boolean): string {
  const half = isLong ? 0.06 : 0.025;
  return `M${pointAt(angle, 1 - half).join(" ")}L${pointAt(angle, 1 + half).join(" ")}`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
