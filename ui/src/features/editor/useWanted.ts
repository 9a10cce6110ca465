import { useEffect, useRef } from "react";
import { nodeOf, type TaskPlace } from "../../source/tasks";

/** Chooses the task that the address names behind `#`, once it is known where it stands. */
export function useWanted(tasks: readonly TaskPlace[], select: (uid: string) => void): void {
  const wanted = useRef(window.location.hash.slice(1));
  useEffect(() => {
    const place = wanted.current && tasks.find(({ id }) => encodeURIComponent(id) === wanted.current);
    if (!place) return;
    wanted.current = "";
    select(nodeOf(place));
  });
}
