import { useState } from "react";
import type { LogLine } from "../../../api/types";
import { Icon } from "../../../components/Icon";
import { lookOf } from "../../../components/states";
import { length } from "../../../components/times";
import { useNow } from "../../../components/useNow";
import { t } from "../../../i18n/text";
import { TrialLines } from "./TrialLines";

/** A task that is being tried: for how long, and what it has written so far. */
export function Trying({ lines }: { lines: readonly LogLine[] }) {
  const [since] = useState(Date.now);
  const now = useNow(true);
  const look = lookOf("RUNNING");
  return (
    <section aria-label={t("What it does")}>
      <p className="row">
        <span className={`state state--s ${look.className}`}>
          <Icon name={look.glyph} />
          {look.word}, {length(Math.max(0, now - since))}
        </span>
        {lines.length === 0 && <span className="small muted">{t("It has written no line yet.")}</span>}
      </p>
      <TrialLines lines={lines} />
    </section>
  );
}
