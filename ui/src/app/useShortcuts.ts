import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { areLettersOff } from "../components/look";
import { BUILD, OPERATE, SECTIONS } from "./sections";
import { toggleTheme } from "./theme";

const CHORD_MS = 1_200;

interface Layers {
  openPalette: () => void;
  openKeys: () => void;
}

/** The keys that work on every page: ⌘K, ⌘., ?, / and g with a letter. */
export function useShortcuts(layers: Layers): void {
  const navigate = useNavigate();
  const latest = useRef(layers);
  latest.current = layers;
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey) {
        const action = { k: latest.current.openPalette, ".": toggleTheme }[event.key.toLowerCase()];
        if (action && !(event.key === "." && isWriting(event.target))) {
          event.preventDefault();
          action();
        }
        return;
      }
      if (event.altKey || isWriting(event.target) || areLettersOff()) return;
      const place = [...SECTIONS, ...BUILD, ...OPERATE].find(({ key }) => key === event.key);
      if (event.timeStamp < chordUntil && place) {
        event.preventDefault(); // the letter means nothing else then
        void navigate({ to: place.to });
      } else if (event.key === "?") latest.current.openKeys();
      else if (event.key === "/") focusFilter(event);
      chordUntil = event.key === "g" ? event.timeStamp + CHORD_MS : 0;
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
}

function focusFilter(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>("[data-filter]");
  if (!field) return;
  event.preventDefault();
  field.focus();
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
