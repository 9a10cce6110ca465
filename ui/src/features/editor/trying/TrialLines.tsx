import { useEffect, useRef } from "react";
import type { LogLevel } from "../../../api/types";
import { LogMessage } from "../../../components/LogMessage";
import { t } from "../../../i18n/text";

interface Line {
  level: LogLevel;
  message: string;
}

/** What a task that is tried has written so far; the last line stays in sight while nobody reads further up. */
export function TrialLines({ lines }: { lines: readonly Line[] }) {
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const count = lines.length;
  useEffect(() => {
    if (count > 0 && isAtEnd.current) box.current?.scrollTo(0, box.current.scrollHeight);
  }, [count]);
  if (count === 0) return null;
  return (
    <>
      <h3 className="section">{t("Lines it wrote")}</h3>
      <pre
        ref={box}
        className="code-block trial__lines"
        tabIndex={0}
        role="log"
        aria-label={t("Lines it wrote")}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        }}
      >
        {lines.map(({ level, message }, index) => (
          <span key={index}>
            {`${level.padEnd(5)} `}
            <LogMessage message={message} />
            {"\n"}
          </span>
        ))}
      </pre>
    </>
  );
}

const NEAR_END_PX = 24;
