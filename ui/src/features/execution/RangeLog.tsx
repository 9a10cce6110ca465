import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LogLine } from "../../api/types";
import { withoutSequences } from "../../components/ansi";
import { Icon } from "../../components/Icon";
import { LogMessage } from "../../components/LogMessage";
import { clockMillis } from "../../components/times";
import { t } from "../../i18n/text";
import type { LineRange } from "./useLineRange";

const ROW_PX = 20;
/** Browsers do not draw taller elements; a longer log is scrolled through in larger steps. */
const TALLEST_PX = 12_000_000;
const BESIDE = 40;

interface Props {
  range: LineRange;
  isFollowed: boolean;
}

/** Lines of a log of any length: only those in sight exist, each one line high and whole on demand. */
export function RangeLog({ range, isFollowed }: Props) {
  const { total = 0, lineAt, show } = range;
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [chosen, setChosen] = useState<number | null>(null);
  const [isTail, setTail] = useState(isFollowed);
  const whole = total * ROW_PX;
  const drawn = Math.min(whole, TALLEST_PX);
  const fitting = Math.ceil(height / ROW_PX);
  const share = drawn > height ? top / (drawn - height) : 0;
  const offset = whole > TALLEST_PX ? share * (whole - height) : top;
  const first = Math.max(0, Math.min(Math.floor(offset / ROW_PX), total - fitting));
  const last = Math.min(total, first + fitting + 1);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (total > 0) show(first - BESIDE, Math.min(last + BESIDE, total - 1));
  });
  useEffect(() => {
    if (isFollowed && isTail && total > 0) scroller.current?.scrollTo({ top: drawn });
  }, [isFollowed, isTail, total, drawn]);
  const jump = (to: number): void => {
    setTail(to > 0 && isFollowed);
    scroller.current?.scrollTo({ top: to });
  };
  const detail = chosen === null ? undefined : lineAt(chosen);
  return (
    <>
      <div
        className="logs__lines log range"
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-label={t("Log lines")}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          setTop(scrollTop);
          setTail(scrollHeight - scrollTop - clientHeight < 3 * ROW_PX);
        }}
      >
        {range.total === 0 && <p className="muted page-state">{t("No line fits these filters.")}</p>}
        <div style={{ height: drawn }}>
          <div className="range__sight" style={{ transform: `translateY(${top - offset + first * ROW_PX}px)` }}>
            {Array.from({ length: Math.max(0, last - first) }, (_, place) => {
              const index = first + place;
              return (
                <Line
                  key={index}
                  line={lineAt(index)}
                  isChosen={index === chosen}
                  onChoose={() => setChosen(index === chosen ? null : index)}
                />
              );
            })}
          </div>
        </div>
      </div>
      {detail && (
        <section className="range__detail" aria-label={t("Chosen line")}>
          <p className="row small muted">
            {clockMillis(new Date(detail.timestamp))} {detail.level} {detail.taskId}
            <button
              className="btn btn--ghost btn--s btn--icon push"
              type="button"
              aria-label={t("Close the line")}
              onClick={() => setChosen(null)}
            >
              <Icon name="close" small />
            </button>
          </p>
          <pre className="code-block" tabIndex={0} aria-label={t("Message")}>
            {pretty(withoutSequences(detail.message))}
          </pre>
        </section>
      )}
      <div className="foot">
        <span className="small muted num">
          {t("Lines {first} to {last} of {count}", {
            first: total === 0 ? 0 : first + 1,
            last: Math.min(last, total),
            count: total,
          })}
        </span>
        <span className="btns push">
          <button className="btn btn--s" type="button" onClick={() => jump(0)}>
            {t("Beginning")}
          </button>
          <button className="btn btn--s" type="button" onClick={() => jump(drawn)}>
            {t("End")}
          </button>
        </span>
      </div>
    </>
  );
}

function Line({ line, isChosen, onChoose }: { line: LogLine | undefined; isChosen: boolean; onChoose: () => void }) {
  if (!line) return <div className="log__line range__line" aria-hidden="true" />;
  return (
    <div
      className={`log__line range__line log__line--${line.level.toLowerCase()}`}
      data-on={isChosen ? "" : undefined}
      onClick={onChoose}
    >
      <time dateTime={line.timestamp}>{clockMillis(new Date(line.timestamp))}</time>
      <span className="log__lv" title={line.level}>
        {line.level[0]}
      </span>
      <span className="log__task cut">{line.taskId}</span>
      <span className="log__msg cut">
        <LogMessage message={line.message} />
      </span>
    </div>
  );
}

function pretty(message: string): string {
  if (!/^\s*[[{]/.test(message)) return message;
  try {
    return JSON.stringify(JSON.parse(message), null, 2);
  } catch {
    return message;
  }
}
