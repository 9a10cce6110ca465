import { number, t } from "../i18n/text";
import { useShown } from "./useShown";

interface Props {
  page: number;
  size: number;
  shown: number;
  total: number;
  isCapped: boolean;
  /** Whether what is shown is of the page before yet, since this one is still asked for. */
  isBehind: boolean;
  onPrevious: () => void;
  /** Absent on the last page. */
  onNext: (() => void) | undefined;
}

/** Which part of a list is seen, and the way to the parts beside it: of a list too long to count. */
export function StepPager({ page, size, shown, total, isCapped, isBehind, onPrevious, onNext }: Props) {
  const first = (page - 1) * size + 1;
  const count = isCapped ? t("{count} or more", { count: total }) : number(total);
  const label = useShown(t("{first} to {last} of {count}", { first, last: first + shown - 1, count }), isBehind);
  return (
    <div className="foot">
      <span className="small muted num">{label}</span>
      <span className="btns push">
        <button className="btn btn--s" type="button" disabled={page <= 1} onClick={onPrevious}>
          {t("Previous")}
        </button>
        <button className="btn btn--s" type="button" disabled={!onNext} onClick={onNext}>
          {t("Next")}
        </button>
      </span>
    </div>
  );
}
