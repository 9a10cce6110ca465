interface Props {
  page: number;
  size: number;
  total: number;
  isCapped?: boolean | undefined;
  what: string;
  onPage: (page: number) => void;
}

/** Which part of a list is seen, and the way to the others. */
export function Pager({ page, size, total, isCapped = false, what, onPage }: Props) {
  const first = total === 0 ? 0 : (page - 1) * size + 1;
  const last = Math.min(page * size, total);
  const count = `${total.toLocaleString("en")}${isCapped ? " or more" : ""}`;
  return (
    <div className="foot">
      <span className="small muted num">
        {first.toLocaleString("en")} to {last.toLocaleString("en")} of {count} {what}
      </span>
      <span className="btns push">
        <button className="btn btn--s" type="button" disabled={page <= 1} onClick={() => onPage(page - 1)}>
          Previous
        </button>
        <button className="btn btn--s" type="button" disabled={last >= total} onClick={() => onPage(page + 1)}>
          Next
        </button>
      </span>
    </div>
  );
}
