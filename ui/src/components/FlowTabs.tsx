import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { t } from "../i18n/text";
import { isLetterKey } from "./letters";
import { showCurrent } from "./showCurrent";

interface Props {
  namespace: string;
  id: string;
}

/** The pages of one flow; lists of everything are filtered by it. */
export function FlowTabs({ namespace, id }: Props) {
  const params = { namespace, id };
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isLetterKey(event)) return;
      if (event.key === "e") void navigate({ to: "/flows/edit/$namespace/$id", params: { namespace, id } });
      if (event.key === "v") void navigate({ to: "/flows/edit/$namespace/$id/revisions", params: { namespace, id } });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, namespace, id]);
  const here = { className: "tab", activeOptions: { exact: true, includeSearch: false } };
  return (
    <nav className="tabs" aria-label={t("Pages of the flow")} ref={showCurrent}>
      <Link {...here} to="/flows/edit/$namespace/$id/overview" params={params}>
        {t("Overview")}
      </Link>
      <Link {...here} to="/flows/edit/$namespace/$id" params={params}>
        {t("Edit")}
      </Link>
      <Link {...here} to="/executions" search={{ namespace, flow: id }}>
        {t("Executions")}
      </Link>
      <Link {...here} to="/logs" search={{ namespace, flow: id }}>
        {t("Logs")}
      </Link>
      <Link {...here} to="/triggers" search={{ namespace, q: id }}>
        {t("Triggers")}
      </Link>
      <Link {...here} to="/flows/edit/$namespace/$id/revisions" params={params}>
        {t("Revisions")}
      </Link>
      <Link {...here} to="/flows/edit/$namespace/$id/dependencies" params={params}>
        {t("Dependencies")}
      </Link>
    </nav>
  );
}
