interface Props {
  page: number;
  size: number;
  shown: number;
  total: number;
  isCapped: boolean;
  what: string;
  onPrevious: () => void;
  /** Absent on the last page. */
  onNext: (() => void) | undefined;
}

/** Which part of a list is seen, and the way to the parts beside it: of a list too long to count. */
export function StepPager({ page, size, shown, total, isCapped, what, onPrevious, onNext }: Props) {
  const first = (page - 1) * size + 1;
  const count = `${total.toLocaleString("en")}${isCapped ? " or more" : ""}`;
  return (
    <div className="foot">
      <span className="small muted num">
        {first.toLocaleString("en")} to {(first + shown - 1).toLocaleString("en")} of {count} {what}
      </span>
      <span className="btns push">
        <button className="btn btn--s" type="button" disabled={page <= 1} onClick={onPrevious}>
          Previous
        </button>
        <button className="btn btn--s" type="button" disabled={!onNext} onClick={onNext}>
          Next
        </button>
      </span>
    </div>
  );
}
