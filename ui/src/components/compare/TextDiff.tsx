import type { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { diffView, goToChange } from "../../code/diff";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";

interface Props {
  old: string;
  now: string;
  label: string;
  come: number;
  gone: number;
  /** Plain texts are not coloured. */
  isYaml?: boolean;
  /** Nothing but the page itself is above it: its heading is one level below that of the page. */
  isTop?: boolean;
}

/** The lines that came and went. */
export function TextDiff({ old, now, label, come, gone, isYaml = true, isTop = false }: Props) {
  const Heading = isTop ? "h2" : "h3";
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  useEffect(() => {
    if (!box.current) return;
    const made = diffView(box.current, old, now, label, isYaml);
    view.current = made;
    return () => made.destroy();
  }, [old, now, label, isYaml]);
  const go = (by: -1 | 1): void => {
    if (view.current) goToChange(view.current, by);
  };
  return (
    <section aria-label={t("Text")}>
      <div className="cmp__h">
        <Heading>{t("Text")}</Heading>
        <span className="count num">
          +{come} −{gone}
        </span>
        <span className="push row" style={{ gap: 2 }}>
          <button
            className="btn btn--ghost btn--s btn--icon"
            type="button"
            aria-label={t("Previous change")}
            onClick={() => go(-1)}
          >
            <Icon name="up" small />
          </button>
          <button
            className="btn btn--ghost btn--s btn--icon"
            type="button"
            aria-label={t("Next change")}
            onClick={() => go(1)}
          >
            <Icon name="down" small />
          </button>
        </span>
      </div>
      {old === now ? (
        <p className="muted small page-state">{t("Both texts are the same.")}</p>
      ) : (
        <div className="cmp__text" ref={box} />
      )}
    </section>
  );
}
