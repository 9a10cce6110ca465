import { lazy, Suspense, useEffect, useLayoutEffect, useRef } from "react";
import { t } from "../i18n/text";

const load = () => import("./Choices");
const Choices = lazy(async () => ({ default: (await load()).Choices }));
/** What is typed right after its key must find it there, so it is fetched once the page has had its turn. */
const LOAD_MS = 1_500;

interface Props {
  isOpen: boolean;
  onClose: () => void;
}

/** Jump to a page, a flow, a type, a namespace or an execution by typing some of its name. */
export function Palette({ isOpen, onClose }: Props) {
  useEffect(() => {
    const timer = window.setTimeout(() => void load(), LOAD_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return isOpen ? <Over onClose={onClose} /> : null;
}

/** The browser's own dialog: the frame is on every page, and need not bring what menus and forms use. */
function Over({ onClose }: { onClose: () => void }) {
  const frame = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = frame.current;
    dialog?.showModal();
    // Only what is closed gives the focus back, not what is taken away.
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={frame}
      className="scrim scrim--own"
      aria-label={t("Jump to")}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="palette">
        <Suspense fallback={null}>
          <Choices onClose={onClose} />
        </Suspense>
      </div>
    </dialog>
  );
}
