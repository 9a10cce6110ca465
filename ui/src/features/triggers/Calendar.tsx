import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { Planned } from "../../api/triggers";
import { namedDay } from "../../components/times";
import { dayStart, wallOf } from "../../components/wallClock";
import { plural, t } from "../../i18n/text";

export const DAYS = 7;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 24, ArrowUp: -24 };

interface Cell {
  count: number;
  flows: string[];
}

/** A week by day and hour; an hour that is chosen says what it starts. Arrow keys lead from hour to hour. */
export function Calendar({ planned, first }: { planned: Planned; first: Date }) {
  const counts = useMemo(() => cellsOf(planned), [planned]);
  const days = useMemo(() => Array.from({ length: DAYS }, (_, index) => dayStart(first, index)), [first]);
  const most = Math.max(1, ...[...counts.values()].map(({ count }) => count));
  const [place, setPlace] = useState<number | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const at = place ?? 0;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const next = at + (step ?? 0);
    if (step === undefined || next < 0 || next >= DAYS * HOURS.length) return;
    event.preventDefault();
    setPlace(next);
    table.current?.querySelector<HTMLButtonElement>(`[data-place="${next}"]`)?.focus();
  };
  const date = days[Math.floor(at / HOURS.length)];
  const cell = place === null || !date ? undefined : counts.get(hourKey(date, at % HOURS.length));
  return (
    <>
      <div className="scroll-x" role="region" aria-label={t("Calendar of planned runs")}>
        <table className="calendar num" ref={table} onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col">
                <span className="sr">{t("Day")}</span>
              </th>
              {HOURS.map((hour) => (
                <th key={hour} scope="col">
                  {hour % 6 === 0 ? String(hour).padStart(2, "0") : <span className="sr">{hour}</span>}
                </th>
              ))}
              <th scope="col">{t("runs")}</th>
            </tr>
          </thead>
          <tbody>
            {days.map((day, row) => {
              const cells = HOURS.map((hour) => counts.get(hourKey(day, hour)));
              return (
                <tr key={day.toISOString()}>
                  <th scope="row">{namedDay(day)}</th>
                  {cells.map((one, hour) => (
                    <Hour
                      key={hour}
                      cell={one}
                      share={one ? one.count / most : 0}
                      words={hourWords(day, hour, one)}
                      place={row * HOURS.length + hour}
                      chosen={place}
                      onChoose={setPlace}
                    />
                  ))}
                  <td className="calendar__sum">{cells.reduce((sum, one) => sum + (one?.count ?? 0), 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="small calendar__told" role="status">
        {place !== null && date && (
          <>
            {hourWords(date, at % HOURS.length, cell)}{" "}
            {cell?.flows.map((flow, index) => (
              <span key={flow}>
                {index > 0 && ", "}
                <Link className="link" to="/triggers" search={{ q: flow }}>
                  {flow}
                </Link>
              </span>
            ))}
          </>
        )}
      </p>
    </>
  );
}

interface HourProps {
  cell: Cell | undefined;
  share: number;
  words: string;
  place: number;
  chosen: number | null;
  onChoose: (place: number) => void;
}

function Hour({ cell, share, words, place, chosen, onChoose }: HourProps) {
  return (
    <td style={{ "--share": share }}>
      <button
        type="button"
        data-place={place}
        aria-label={words}
        aria-pressed={place === chosen}
        tabIndex={place === (chosen ?? 0) ? 0 : -1}
        onClick={() => onChoose(place)}
      >
        {cell?.count}
      </button>
    </td>
  );
}

function hourWords(day: Date, hour: number, cell: Cell | undefined): string {
  const given = { day: namedDay(day), from: clock(hour), to: clock(hour + 1) };
  if (!cell) return t("{day}, {from} to {to}: nothing starts.", given);
  return plural(
    cell.count,
    { one: "{day}, {from} to {to}: {count} run.", other: "{day}, {from} to {to}: {count} runs." },
    given,
  );
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

/** The hours of the reader's zone, which need not begin where those of the server do. */
function cellsOf({ hours }: Planned): Map<string, Cell> {
  const found = new Map<string, Cell>();
  for (const { at, count, flows } of hours) {
    const date = new Date(at);
    const key = hourKey(date, wallOf(date).hour);
    const known = found.get(key);
    found.set(key, {
      count: (known?.count ?? 0) + count,
      flows: [...new Set([...(known?.flows ?? []), ...flows])],
    });
  }
  return found;
}

function hourKey(date: Date, hour: number): string {
  const { year, month, day } = wallOf(date);
  return [year, month, day, hour].join(" ");
}
