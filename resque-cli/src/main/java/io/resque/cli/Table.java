package io.resque.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text in columns. If a line has less room than the columns need, the wide ones are cut, except the first: it names the thing, such as
 * a worker, and the reader passes it on to other commands. So a first cell that is too wide stands in a line of its own.
 */
final class Table {
    /** So much of a cell is shown at most; the last column has no other behind it. */
    private static final int MOST = 200;

    private static final int MOST_OF_LAST = 1_000;

    /** One long cell must not move the other lines. */
    private static final int MOST_PADDED = 60;

    /** No column is cut to less. */
    private static final int LEAST = 7;

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean hasHead;
    private int tail = -1;
    private boolean wraps;

    private Table(boolean hasHead) {
        this.hasHead = hasHead;
    }

    static Table of(String... names) {
        Table table = new Table(true);
        table.rows.add(List.of(names));
        return table;
    }

    static Table withoutNames() {
        return new Table(false);
    }

    /** Of a cell of this column the end says most, as of the name of a class. */
    Table tail(int column) {
        tail = column;
        return this;
    }

    /** The last column is text, which goes on in the next line. */
    Table wrap() {
        wraps = true;
        return this;
    }

    void row(String... cells) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            int most = i == cells.length - 1 ? MOST_OF_LAST : MOST;
            String shown = cells[i].length() <= most ? cells[i] : cells[i].substring(0, most) + "…";
            row.add(Console.clean(shown));
        }
        rows.add(row);
    }

    boolean isEmpty() {
        return rows.size() == (hasHead ? 1 : 0);
    }

    /** The lines for a width. */
    List<String> lines(int columns) {
        List<String> lines = new ArrayList<>();
        if (!rows.isEmpty()) {
            int[] widths = widths(columns);
            rows.forEach(row -> add(lines, row, widths, columns));
        }
        return lines;
    }

    private int[] widths(int columns) {
        int[] widths = new int[rows.get(0).size()];
        int last = widths.length - 1;
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] =
                        Math.max(widths[i], Math.min(width(row.get(i)), i == last ? MOST_OF_LAST + 1 : MOST_PADDED));
            }
        }
        if (columns == Terminal.NONE) {
            return widths;
        }
        int over = Arrays.stream(widths).sum() + GAP.length() * last - columns;
        for (int widest = widest(widths); over > 0 && widths[widest] > LEAST; widest = widest(widths)) {
            widths[widest]--;
            over--;
        }
        return widths;
    }

    /** The column that is cut next: the first one late. */
    private static int widest(int[] widths) {
        int widest = 0;
        for (int i = 1; i < widths.length; i++) {
            int most = widest == 0 ? Math.max(LEAST, widths[0] / 2) : widths[widest];
            if (widths[i] >= most && widths[i] > LEAST) {
                widest = i;
            }
        }
        return widest;
    }

    private void add(List<String> lines, List<String> row, int[] widths, int columns) {
        StringBuilder line = new StringBuilder();
        int last = widths.length - 1;
        boolean narrow = columns != Terminal.NONE;
        String behind = null;
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            if (i == 0 && narrow && width(cell) > widths[0] && last > 0) {
                lines.add(cell);
                line.append(" ".repeat(widths[0]));
            } else if (i == last && wraps && narrow) {
                int at = words(cell, 0, widths[i]);
                line.append(cell, 0, at);
                behind = cell.substring(at).strip();
            } else {
                String shown = i > 0 && narrow ? cut(cell, widths[i], i == tail) : cell;
                line.append(shown);
                if (i < last) {
                    line.append(" ".repeat(Math.max(0, widths[i] - width(shown))));
                }
            }
            if (i < last) {
                line.append(GAP);
            }
        }
        lines.add(line.toString().stripTrailing());
        goOn(lines, behind, widths);
    }

    private static void goOn(List<String> lines, @Nullable String text, int[] widths) {
        int room = widths[widths.length - 1];
        int indent = Arrays.stream(widths).sum() - room + GAP.length() * (widths.length - 1);
        String rest = text == null ? "" : text;
        while (!rest.isEmpty()) {
            int at = words(rest, 0, room);
            lines.add(" ".repeat(indent) + rest.substring(0, at).stripTrailing());
            rest = rest.substring(at).strip();
        }
    }

    /** The end of the last word that fits; in the middle of a word that is longer than the room. */
    private static int words(String text, int from, int room) {
        int fits = fitting(text, from, room);
        if (fits == text.length()) {
            return fits;
        }
        int blank = text.lastIndexOf(' ', fits);
        return blank > from ? blank : Math.max(fits, text.offsetByCodePoints(from, 1));
    }

    private static int fitting(String text, int from, int room) {
        int used = 0;
        int at = from;
        while (at < text.length()) {
            int character = text.codePointAt(at);
            used += width(character);
            if (used > room) {
                break;
            }
            at += Character.charCount(character);
        }
        return at;
    }

    private static String cut(String cell, int room, boolean keepEnd) {
        int width = width(cell);
        if (width <= room || cell.matches("\\d+")) { // a part of a number is another number
            return cell;
        }
        if (!keepEnd) {
            return cell.substring(0, fitting(cell, 0, room - 1)) + "…";
        }
        int from = 0;
        while (width > room - 1) {
            int character = cell.codePointAt(from);
            width -= width(character);
            from += Character.charCount(character);
        }
        return "…" + cell.substring(from);
    }

    private static int width(String text) {
        return text.codePoints().map(Table::width).sum();
    }

    /** The columns of a terminal that a character takes. */
    private static int width(int character) {
        int type = Character.getType(character);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = character >= 0x1100
                && (character <= 0x115F
                        || character >= 0x2E80 && character <= 0xA4CF
                        || character >= 0xAC00 && character <= 0xD7A3
                        || character >= 0xF900 && character <= 0xFAFF
                        || character >= 0xFE30 && character <= 0xFE6F
                        || character >= 0xFF00 && character <= 0xFF60
                        || character >= 0xFFE0 && character <= 0xFFE6
                        || character >= 0x1F300 && character <= 0x1FAFF
                        || character >= 0x20000 && character <= 0x3FFFD);
        return wide ? 2 : 1;
    }
}
