import { usePreference } from "../../api/preferences";
import { t } from "../../i18n/text";

export const PANELS = ["code", "blocks", "graph", "docs", "files"] as const;
export type Panel = (typeof PANELS)[number];
export type Drawer = "problems" | "runs";

interface Layout {
  open: Panel[];
  drawer: Drawer;
}

const FIRST: Layout = { open: ["code", "graph"], drawer: "problems" };

/** What a panel is called, and how wide it is at least. */
export const PANEL_LOOKS: Record<Panel, { name: string; icon: string; width: string }> = {
  code: { name: t("Code"), icon: "code", width: "minmax(340px, 1.15fr)" },
  blocks: { name: t("Blocks"), icon: "blocks", width: "minmax(320px, 1fr)" },
  graph: { name: t("Graph"), icon: "flows", width: "minmax(300px, 1fr)" },
  docs: { name: t("Docs"), icon: "docs", width: "minmax(260px, 340px)" },
  files: { name: t("Files"), icon: "file", width: "minmax(240px, 340px)" },
};

export interface Panels {
  open: Panel[];
  drawer: Drawer;
  toggle: (panel: Panel) => void;
  show: (drawer: Drawer) => void;
}

/** Which panels are open, beside each other and in their fixed order; remembered for whoever is signed in. */
export function usePanels(): Panels {
  const [kept, keep] = usePreference<Layout>("editor.panels", FIRST);
  const open = PANELS.filter((panel) => kept.open.includes(panel));
  return {
    open: open.length > 0 ? open : ["code"],
    drawer: kept.drawer,
    toggle: (panel) => {
      const next = open.includes(panel) ? open.filter((one) => one !== panel) : [...open, panel];
      // The last one stays: an editor without any panel shows nothing to come back by.
      if (next.length > 0) keep({ ...kept, open: next });
    },
    show: (drawer) => keep({ ...kept, drawer }),
  };
}
