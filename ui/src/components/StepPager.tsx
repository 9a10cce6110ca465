import { number, t } from "../i18n/text";

interface Props {
  page: number;
  size: number;
  shown: number;
  total: number;
  isCapped: boolean;
  onPrevious: () => void;
  /** Absent on the last page. */
  onNext: (() => void) | undefined;
}

/** Which part of a list is seen, and the way to the parts beside it: of a list too long to count. */
export function StepPager({ page, size, shown, total, isCapped, onPrevious, onNext }: Props) {
  const first = (page - 1) * size + 1;
  const count = isCapped ? t("{count} or more", { count: total }) : number(total);
  return (
    <div className="foot">
      <span className="small muted num">
        {t("{first} to {last} of {count}", { first, last: first + shown - 1, count })}
      </span>
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
