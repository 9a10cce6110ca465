import type { ReactNode } from "react";
import { t } from "../../i18n/text";
import { Dialog } from "../Dialog";
import { Failure } from "../Failure";

interface Props {
  title: string;
  /** The verb with its object, as on the button that does it. */
  verb: string;
  keep?: string;
  isDanger?: boolean;
  isPending?: boolean;
  error?: unknown;
  width?: number;
  onClose: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

/** A dialog that does one thing, named on its button. */
export function Confirm({
  title,
  verb,
  keep = t("Cancel"),
  isDanger,
  isPending,
  error,
  width = 440,
  onClose,
  onConfirm,
  children,
}: Props) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      width={width}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {keep}
          </button>
          <button
            className={`btn ${isDanger ? "btn--danger" : "btn--primary"}`}
            type="button"
            aria-disabled={isPending}
            onClick={() => !isPending && onConfirm()}
          >
            {verb}
          </button>
        </>
      }
    >
      <form
        className="exec__form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isPending) onConfirm();
        }}
      >
        {children}
        {error !== undefined && error !== null && <Failure error={error} />}
      </form>
    </Dialog>
  );
}
