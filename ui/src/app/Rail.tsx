import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { installation } from "../api/installation";
import { chord } from "../components/chord";
import { Icon } from "../components/Icon";
import { t } from "../i18n/text";
import { Foot } from "./Foot";
import { BUILD, OPERATE, SECTIONS, type Section } from "./sections";

interface Props {
  onJump: () => void;
  onHelp: () => void;
  onInbox: () => void;
}

/** The rail: the places, the palette, and at its end what is about the one who is here. */
export function Rail({ onJump, onHelp, onInbox }: Props) {
  const environment = useQuery(installation).data?.environment;
  return (
    <aside className="rail" aria-label={t("Main")}>
      <Link className="rail__brand" to="/" aria-label={t("Tiercel, home")}>
        <Icon name="logo" />
        <span className="t">Tiercel</span>
        {environment?.name && <span className="rail__env">{environment.name}</span>}
      </Link>
      <button className="rail__jump" type="button" aria-label={t("Jump to, command palette")} onClick={onJump}>
        <Icon name="search" small />
        <span className="t">{t("Jump to")}</span>
        <kbd className="kbd push">{chord("⌘K")}</kbd>
      </button>
      <nav aria-label={t("Sections")}>
        <ul>{SECTIONS.map(item)}</ul>
        <hr />
        <h2>{t("Build")}</h2>
        <ul>{BUILD.map(item)}</ul>
        <hr />
        <h2>{t("Operate")}</h2>
        <ul>{OPERATE.map(item)}</ul>
      </nav>
      <Foot onHelp={onHelp} onInbox={onInbox} />
    </aside>
  );
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
