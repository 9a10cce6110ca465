import { Link } from "@tanstack/react-router";
import { request } from "../api/client";
import { setSignedOut } from "../api/session";
import { Icon } from "../components/Icon";
import { toastError } from "../components/toasts";
import { BUILD, OPERATE, SECTIONS, type Section } from "./sections";
import { toggleTheme, useTheme } from "./theme";

/** The rail: eight places, the palette, the theme. */
export function Rail({ onJump, onHelp }: { onJump: () => void; onHelp: () => void }) {
  const theme = useTheme();
  return (
    <aside className="rail" aria-label="Main">
      <Link className="rail__brand" to="/" aria-label="Tiercel, home">
        <Icon name="logo" />
        <span className="t">Tiercel</span>
      </Link>
      <button className="rail__jump" type="button" aria-label="Jump to, command palette" onClick={onJump}>
        <Icon name="search" small />
        <span className="t">Jump to</span>
        <kbd className="kbd push">⌘K</kbd>
      </button>
      <nav aria-label="Sections">
        <ul>{SECTIONS.map(item)}</ul>
        <hr />
        <h2>Build</h2>
        <ul>{BUILD.map(item)}</ul>
        <hr />
        <h2>Operate</h2>
        <ul>{OPERATE.map(item)}</ul>
      </nav>
      <div className="rail__foot">
        {document.cookie.includes("csrfToken=") && (
          <button className="rail__item" style={{ width: "100%" }} type="button" onClick={() => void signOut()}>
            <Icon name="signout" />
            <span className="t">Sign out</span>
          </button>
        )}
        <button className="rail__item" style={{ width: "100%" }} type="button" onClick={toggleTheme}>
          <Icon name="theme" />
          <span className="t">{theme === "dark" ? "Light theme" : "Dark theme"}</span>
          <kbd className="kbd push">⌘.</kbd>
        </button>
        <button className="rail__item" style={{ width: "100%" }} type="button" onClick={onHelp}>
          <Icon name="help" />
          <span className="t">Keys</span>
          <kbd className="kbd push">?</kbd>
        </button>
      </div>
    </aside>
  );
}

function signOut(): Promise<void> {
  return request("/api/v1/logout", { method: "POST" }).then(() => setSignedOut(true), toastError);
}

function item(section: Section) {
  return (
    <li key={section.to}>
      <Link
        className="rail__item"
        to={section.to}
        activeOptions={{ exact: section.to === "/" }}
        activeProps={{ "aria-current": "page" }}
      >
        <Icon name={section.icon} />
        <span className="t">{section.name}</span>
      </Link>
    </li>
  );
}
