import { number, t } from "../i18n/text";
import { useShown } from "./useShown";

interface Props {
  page: number;
  size: number;
  total: number;
  isCapped?: boolean | undefined;
  /** Whether what is shown is of the page before yet, since this one is still asked for. */
  isBehind: boolean;
  onPage: (page: number) => void;
}

/** Which part of a list is seen, and the way to the others. */
export function Pager({ page, size, total, isCapped = false, isBehind, onPage }: Props) {
  const first = total === 0 ? 0 : (page - 1) * size + 1;
  const last = Math.min(page * size, total);
  const count = isCapped ? t("{count} or more", { count: total }) : number(total);
  const label = useShown(t("{first} to {last} of {count}", { first, last, count }), isBehind);
  return (
    <div className="foot">
      <span className="small muted num">{label}</span>
      <span className="btns push">
        <button className="btn btn--s" type="button" disabled={page <= 1} onClick={() => onPage(page - 1)}>
          {t("Previous")}
        </button>
        <button className="btn btn--s" type="button" disabled={last >= total} onClick={() => onPage(page + 1)}>
          {t("Next")}
        </button>
      </span>
    </div>
  );
}
