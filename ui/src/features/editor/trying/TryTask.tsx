import { lazy, Suspense, useState } from "react";
import type { Execution } from "../../../api/types";
import { Icon } from "../../../components/Icon";
import { t } from "../../../i18n/text";
import type { TaskPlace } from "../../../source/tasks";

const TryTaskDialog = lazy(async () => ({ default: (await import("./TryTaskDialog")).TryTaskDialog }));

interface Props {
  /** The text as it is now. */
  read: () => string;
  place: TaskPlace;
  run: Execution | undefined;
}

/** Opens what tries the task alone; nothing has to be saved for it. */
export function TryTask({ read, place, run }: Props) {
  const [isOpen, setOpen] = useState(false);
  if (place.list[0] === "triggers" || place.lists.length > 0) return null;
  return (
    <div className="fm__run">
      <button className="btn btn--s" type="button" onClick={() => setOpen(true)}>
        <Icon name="play" small />
        {t("Try with values")}
      </button>
      {isOpen && (
        <Suspense>
          <TryTaskDialog source={read()} place={place} run={run} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
