import { printable, shorten } from './printable.ts';

export type Column = {
  readonly title: string;
  readonly align?: 'right';
  /** Longer cells are cut. */
  readonly maxWidth?: number;
};

const GAP = '  ';

/** Columns under headings, two blanks apart, one line per row. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map(({ maxWidth }, index) => cellText(row[index] ?? '', maxWidth)));
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, index) =>
    cells.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), widthOf(title)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align))
      .join(GAP)
      .trimEnd();
  return [line(titles), ...cells.map(line)].map((text) => `${text}\n`).join('');
}

/** A block per row, a line per column: for rows too wide for a table. */
export function renderRecords(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const width = Math.max(...titles.map(widthOf));
  return rows
    .map((row, index) => {
      const lines = titles.map((title, column) =>
        `${title.padEnd(width)}${GAP}${printable(row[column] ?? '')}`.trimEnd(),
      );
      return [`row ${index + 1}`, ...lines].map((line) => `${line}\n`).join('');
    })
    .join('\n');
}

/** The width of a table's lines. */
export function tableWidth(table: string): number {
  return table.split('\n').reduce((width, line) => Math.max(width, widthOf(line)), 0);
}

function cellText(text: string, maxWidth: number | undefined): string {
  const clean = printable(text);
  return maxWidth === undefined ? clean : shorten(clean, maxWidth);
}

function pad(text: string, width: number, align: Column['align']): string {
  const missing = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? missing + text : text + missing;
}

function widthOf(text: string): number {
  return [...text].length;
}
