import { Dialog as Primitive } from "radix-ui";
import { lazy, Suspense, useEffect } from "react";
import { t } from "../i18n/text";

const load = () => import("./Choices");
const Choices = lazy(async () => ({ default: (await load()).Choices }));
/** What is typed right after its key must find it there, so it is fetched once the page has had its turn. */
const LOAD_MS = 1_500;

/** Jump to a page, a flow, a namespace or an execution by typing some of its name. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  useEffect(() => {
    const timer = window.setTimeout(() => void load(), LOAD_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="scrim" style={{ placeItems: "start center", paddingTop: "12vh" }}>
          <Primitive.Content className="palette" aria-describedby={undefined}>
            <Primitive.Title className="sr">{t("Jump to")}</Primitive.Title>
            <Suspense fallback={null}>
              <Choices onClose={onClose} />
            </Suspense>
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
