import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Icon } from "../components/Icon";
import { Sprite } from "../components/Sprite";
import { Toasts } from "../components/Toasts";
import { t } from "../i18n/text";
import { ConnectionBar } from "./ConnectionBar";
import { Palette } from "./Palette";
import { Rail } from "./Rail";
import { BUILD, OPERATE, SECTIONS } from "./sections";
import { toggleTheme } from "./theme";
import { useTitle } from "./titles";
import { useBeginning } from "./useBeginning";
import { useShortcuts } from "./useShortcuts";

type Layer = "palette" | "keys" | "inbox" | null;

const Keys = lazy(async () => ({ default: (await import("./Keys")).Keys }));
const Inbox = lazy(async () => ({ default: (await import("./Inbox")).Inbox }));

/** The frame around every page. */
export function Shell() {
  const [layer, setLayer] = useState<Layer>(null);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isEditor = path.startsWith("/flows/edit") || path === "/flows/new";
  useShortcuts({ openPalette: () => setLayer("palette"), openKeys: () => setLayer("keys") });
  // What is chosen from the list of types is shown beside it: whoever chose it goes on from there.
  const page = path.startsWith("/plugins/") ? "/plugins" : path;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page begins with the focus at its top
  useEffect(() => main.current?.focus({ preventScroll: true }), [page]);
  useTitle(path);
  useBeginning();
  const places = [...SECTIONS, ...BUILD, ...OPERATE];
  const here = places.findLast(({ to }) => to === "/" || path.startsWith(to));
  return (
    <>
      <Sprite />
      <a className="skip" href="#main">
        {t("Skip to content")}
      </a>
      <div className={`app ${isEditor ? "app--narrow" : ""}`}>
        <Rail onJump={() => setLayer("palette")} onHelp={() => setLayer("keys")} onInbox={() => setLayer("inbox")} />
        <header className="topbar">
          <Link to="/" aria-label={t("Home")}>
            <Icon name="logo" className="i--logo" />
          </Link>
          <span>{here?.name}</span>
          <button
            className="btn btn--ghost btn--icon push"
            type="button"
            aria-label={t("Change theme")}
            onClick={toggleTheme}
          >
            <Icon name="theme" />
          </button>
          <button
            className="btn btn--ghost btn--icon"
            type="button"
            aria-label={t("Notifications")}
            onClick={() => setLayer("inbox")}
          >
            <Icon name="mail" />
          </button>
          <button
            className="btn btn--ghost btn--icon"
            type="button"
            aria-label={t("Menu: jump to a page")}
            onClick={() => setLayer("palette")}
          >
            <Icon name="menu" />
          </button>
        </header>
        <main className="main main--fixed" id="main" tabIndex={-1} ref={main}>
          <ConnectionBar />
          <Outlet />
        </main>
      </div>
      <Toasts />
      {layer === "inbox" && (
        <Suspense fallback={null}>
          <Inbox onClose={() => setLayer(null)} />
        </Suspense>
      )}
      <Palette isOpen={layer === "palette"} onClose={() => setLayer(null)} />
      {layer === "keys" && (
        <Suspense fallback={null}>
          <Keys isOpen onClose={() => setLayer(null)} />
        </Suspense>
      )}
    </>
  );
}
