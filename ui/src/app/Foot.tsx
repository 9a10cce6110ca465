import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { request } from "../api/client";
import { unreadCount } from "../api/notifications";
import { setSignedOut } from "../api/session";
import { useLive } from "../api/stream";
import { chord } from "../components/chord";
import { Icon } from "../components/Icon";
import { toastError } from "../components/toasts";
import { number, t } from "../i18n/text";
import { LanguageButton } from "./LanguageButton";
import { toggleTheme, useTheme } from "./theme";

interface Props {
  onHelp: () => void;
  onInbox: () => void;
}

/** The end of the rail: what happened, who is here, the theme, the keys. */
export function Foot({ onHelp, onInbox }: Props) {
  const theme = useTheme();
  const counted = useQuery({ ...unreadCount, retry: false });
  const unread = counted.data ?? 0;
  // Who may not count them may not follow them either, and a stream that is refused would tell nothing at all.
  useLive(...(counted.data === undefined ? [] : ["notifications"]));
  return (
    <div className="rail__foot">
      <button className="rail__item" type="button" onClick={onInbox}>
        <Icon name="mail" />
        <span className="t">{t("Notifications")}</span>
        {unread > 0 && (
          <span className="rail__count">
            <span aria-hidden="true">{number(unread)}</span>
            <span className="sr">{t("{count} not read", { count: unread })}</span>
          </span>
        )}
      </button>
      <Link className="rail__item" to="/profile" activeProps={{ "aria-current": "page" }}>
        <Icon name="user" />
        <span className="t">{t("You")}</span>
      </Link>
      {document.cookie.includes("csrfToken=") && (
        <button className="rail__item" type="button" onClick={() => void signOut()}>
          <Icon name="signout" />
          <span className="t">{t("Sign out")}</span>
        </button>
      )}
      <button className="rail__item" type="button" onClick={toggleTheme}>
        <Icon name="theme" />
        <span className="t">{theme === "dark" ? t("Light theme") : t("Dark theme")}</span>
        <kbd className="kbd push">{chord("⌘.")}</kbd>
      </button>
      <LanguageButton className="rail__item" />
      <button className="rail__item" type="button" onClick={onHelp}>
        <Icon name="help" />
        <span className="t">{t("Keys")}</span>
        <kbd className="kbd push">?</kbd>
      </button>
    </div>
  );
}

function signOut(): Promise<void> {
  return request("/api/v1/logout", { method: "POST" }).then(() => setSignedOut(true), toastError);
}
