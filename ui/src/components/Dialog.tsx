import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { t } from "../i18n/text";
import { Icon } from "./Icon";

interface Props {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
  width?: number;
  beside?: ReactNode;
}

/** A dialog over the page: it keeps the focus, closes with Escape and gives the focus back. */
export function Dialog({ isOpen, onClose, title, children, foot, width = 560, beside }: Props) {
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="scrim">
          <Primitive.Content
            className="dialog"
            style={{ maxWidth: width }}
            aria-describedby={undefined}
            onOpenAutoFocus={focusFirstField}
          >
            <header className="dialog__head">
              <Primitive.Title asChild>
                <h2>{title}</h2>
              </Primitive.Title>
              {beside}
              <Primitive.Close className="btn btn--ghost btn--icon push" aria-label={t("Close")}>
                <Icon name="close" />
              </Primitive.Close>
            </header>
            {children}
            {foot && <footer className="dialog__foot">{foot}</footer>}
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** A dialog is opened to fill something in, hardly ever to close it. */
function focusFirstField(event: Event): void {
  const field = (event.currentTarget as HTMLElement).querySelector<HTMLElement>("input, select, textarea");
  if (!field) return;
  event.preventDefault();
  field.focus();
}
