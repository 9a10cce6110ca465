import type { ReactNode } from "react";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { PANEL_LOOKS, PANELS, type Panel, type Panels } from "./usePanels";

interface Props {
  panels: Panels;
  /** The one panel that a phone shows. */
  shown: Panel | "form";
  onShow: (panel: Panel | "form") => void;
  beside?: ReactNode;
}

/** Opens and closes panels; on a phone it chooses the one that is seen. */
export function PanelBar({ panels, shown, onShow, beside }: Props) {
  return (
    <>
      <div className="ed__switches hide-s" role="group" aria-label={t("Panels")}>
        {PANELS.map((panel) => (
          <button
            key={panel}
            className="btn btn--ghost btn--s"
            type="button"
            aria-pressed={panels.open.includes(panel)}
            onClick={() => panels.toggle(panel)}
          >
            <Icon name={PANEL_LOOKS[panel].icon} small />
            {PANEL_LOOKS[panel].name}
          </button>
        ))}
        {beside && <span className="push">{beside}</span>}
      </div>
      <div className="panels only-s">
        <span className="seg" role="group" aria-label={t("Panel")}>
          {([...PANELS, "form"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={shown === one} onClick={() => onShow(one)}>
              {one === "form" ? t("Form") : PANEL_LOOKS[one].name}
            </button>
          ))}
        </span>
      </div>
    </>
  );
}
