import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { preferences } from "../api/preferences";
import { adoptLook, type Look, readLook } from "../components/look";

const BEGUN = "tiercel.begun";

/** Opens the page that was chosen as the first, once a tab; takes over what another browser has kept. */
export function useBeginning(): void {
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const kept = useQuery({ ...preferences, retry: false }).data?.look as Partial<Look> | undefined;
  useEffect(() => {
    const { zone, language } = readLook();
    if (!kept || !adoptLook(kept)) return;
    // Times and texts are formed with what there was when the page was loaded.
    if (readLook().zone !== zone || readLook().language !== language) window.location.reload();
  }, [kept]);
  useEffect(() => {
    if (sessionStorage.getItem(BEGUN)) return;
    sessionStorage.setItem(BEGUN, "yes");
    const { start } = readLook();
    if (path === "/" && start !== "/") void navigate({ to: start, replace: true });
  }, [path, navigate]);
}
