import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type Column<Row> = {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Right aligned with figures of one width. */
  readonly numeric?: boolean;
  /** The header is there for screen readers only: a column of actions. */
  readonly headerHidden?: boolean;
  /** Left out below this width; the row's own page has it. */
  readonly hideBelow?: "sm" | "md" | "lg";
  readonly className?: string;
};

type DataTableProps<Row> = {
  /** What the table holds, for screen readers; shown only with `captionVisible`. */
  readonly caption: string;
  readonly captionVisible?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** The whole row leads there; the link itself is in the first column. */
  readonly rowHref?: (row: Row) => string | undefined;
  /** On phones: `scroll` keeps the first column in sight, `stack` turns each row into a small card. */
  readonly phone?: "scroll" | "stack";
  readonly footer?: ReactNode;
  readonly dense?: boolean;
  readonly className?: string;
};

const HIDE = { sm: "max-sm:hidden", md: "max-md:hidden", lg: "max-lg:hidden" } as const;

/**
 * A plain semantic table. The explicit ARIA roles repeat what the elements mean, because browsers drop
 * the meaning of table elements once CSS lays them out as blocks (`stack`).
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const stack = props.phone === "stack";
  return (
    <div
      className={cn("relative min-w-0 overflow-x-auto overscroll-x-contain", props.className)}
      role="region"
      aria-label={props.caption}
      tabIndex={0}
    >
      <table role="table" className={cn("w-full border-collapse text-base", stack && "max-sm:block")}>
        <caption className={cn(props.captionVisible ? "text-text-3 px-2.5 pb-2 text-left text-xs" : "sr-only")}>
          {props.caption}
        </caption>
        <thead role="rowgroup" className={cn(stack && "max-sm:sr-only")}>
          <tr role="row">
            {props.columns.map((column, index) => (
              <HeaderCell key={column.key} column={column} first={index === 0} stack={stack} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className={cn(stack && "max-sm:block")}>
          {props.rows.map((row) => (
            <BodyRow key={props.rowKey(row)} row={row} table={props} stack={stack} />
          ))}
        </tbody>
        {props.footer ? <tfoot role="rowgroup">{props.footer}</tfoot> : null}
      </table>
    </div>
  );
}

type HeaderCellProps<Row> = { readonly column: Column<Row>; readonly first: boolean; readonly stack: boolean };

function HeaderCell<Row>({ column, first, stack }: HeaderCellProps<Row>) {
  return (
    <th
      role="columnheader"
      scope="col"
      className={cn(
        "border-line text-text-3 border-b px-2.5 py-2 text-left text-xs font-[500] whitespace-nowrap first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5",
        column.numeric && "text-right",
        first && !stack && "max-md:bg-surface max-md:sticky max-md:left-0 max-md:z-3",
        column.hideBelow && HIDE[column.hideBelow],
        column.className,
      )}
    >
      <span className={cn(column.headerHidden && "sr-only")}>{column.header}</span>
    </th>
  );
}

type BodyRowProps<Row> = { readonly row: Row; readonly table: DataTableProps<Row>; readonly stack: boolean };

function BodyRow<Row>({ row, table, stack }: BodyRowProps<Row>) {
  const href = table.rowHref?.(row);
  return (
    <tr
      role="row"
      className={cn(
        "group/row border-line relative border-b last:border-b-0",
        href && "hover:bg-surface-2",
        stack && "max-sm:block max-sm:px-4 max-sm:py-2.5",
      )}
    >
      {table.columns.map((column, index) => (
        <td
          key={column.key}
          role="cell"
          className={cn(
            "px-2.5 align-middle first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5",
            table.dense ? "py-1.5" : "py-2.5",
            column.numeric && "tabular text-right whitespace-nowrap",
            index === 0 && "font-[550]",
            index === 0 && !stack && "max-md:bg-surface max-md:sticky max-md:left-0 max-md:z-3 max-md:max-w-[55vw]",
            index === 0 && !stack && href && "max-md:group-hover/row:bg-surface-2",
            // A link inside another cell must stay above the row's own link.
            index > 0 && "[&_:is(a,button,input,label)]:relative [&_:is(a,button,input,label)]:z-2",
            // A column left out below some width is left out of the cards too.
            stack &&
              column.hideBelow === undefined &&
              "max-sm:flex max-sm:items-baseline max-sm:justify-between max-sm:gap-4 max-sm:px-0! max-sm:py-1 max-sm:text-left",
            column.hideBelow && HIDE[column.hideBelow],
            column.className,
          )}
        >
          {stack && index > 0 && !column.headerHidden ? (
            <span aria-hidden className="text-text-3 shrink-0 text-xs font-[500] sm:hidden">
              {column.header}
            </span>
          ) : null}
          {index === 0 && href ? (
            <Link href={href} className="text-text no-underline after:absolute after:inset-0 after:content-['']">
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}
