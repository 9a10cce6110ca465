import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keepPreference, preferences } from "../api/preferences";
import { forgetAsked } from "../i18n/language";
import { type Look, readLook, writeLook } from "./look";

/** What the pages are made with when they are loaded: another of these shows only once they are loaded anew. */
const OF_THE_LOAD: readonly (keyof Look)[] = ["language", "zone"];

/** How the interface looks, and what changes it: at once here, and on the server for other browsers. */
export function useLook(): [Look, (part: Partial<Look>) => Promise<void>] {
  const client = useQueryClient();
  const [look, setLook] = useState(readLook);
  const change = async (part: Partial<Look>): Promise<void> => {
    const next = { ...readLook(), ...part };
    setLook(next);
    writeLook(next);
    if (part.language !== undefined) forgetAsked();
    // Where nobody is signed in, or may keep nothing, the browser has it.
    await keepPreference("look", next).catch(() => undefined);
    void client.invalidateQueries(preferences);
    if (OF_THE_LOAD.some((name) => part[name] !== undefined)) window.location.reload();
  };
  return [look, change];
}
