package io.resque.core.internal.subscription;

/**
 * A pattern as Ruby's {@code File.fnmatch?} reads it without flags: {@code *} and {@code ?} also match {@code /}, sets
 * are {@code [ab]}, {@code [a-c]}, {@code [^a]} and {@code [!a]}, a backslash takes the next character as it is, braces
 * stand for themselves, and no wildcard matches a dot at the beginning.
 */
final class Glob {
    private final int[] pattern;

    Glob(String pattern) {
        this.pattern = pattern.codePoints().toArray();
    }

    /** Whether Ruby takes it for more than a name: by any of these characters, whether or not it means something. */
    boolean isPattern() {
        for (int c : pattern) {
            if ("*?{}[]".indexOf(c) >= 0) {
                return true;
            }
        }
        return false;
    }

    boolean matches(String name) {
        return matches(0, name.codePoints().toArray(), 0);
    }

    private boolean matches(int at, int[] name, int from) {
        int p = at;
        int n = from;
        int star = -1;
        int starred = 0;
        while (true) {
            int next = p < pattern.length ? step(p, name, n) : -1;
            if (p < pattern.length && pattern[p] == '*' && !hidden(name, n)) {
                star = p++;
                starred = n;
            } else if (next != -1) {
                p = next;
                n++;
            } else if (p == pattern.length && n == name.length) {
                return true;
            } else if (star >= 0 && starred < name.length) {
                p = star + 1;
                n = ++starred;
            } else {
                return false;
            }
        }
    }

    private static boolean hidden(int[] name, int n) {
        return n == 0 && name.length > 0 && name[0] == '.';
    }

    /** Where the pattern goes on if its element at p matches the character at n; -1 if it does not. */
    private int step(int p, int[] name, int n) {
        if (n == name.length) {
            return -1;
        }
        return switch (pattern[p]) {
            case '*' -> -1;
            case '?' -> hidden(name, n) ? -1 : p + 1;
            case '[' -> hidden(name, n) ? -1 : set(p + 1, name[n]);
            case '\\' -> {
                int literal = p + 1 < pattern.length ? p + 1 : p;
                yield pattern[literal] == name[n] ? literal + 1 : -1;
            }
            default -> pattern[p] == name[n] ? p + 1 : -1;
        };
    }

    /** Where the pattern goes on behind a set that has the character; -1 if it has not, or never ends. */
    private int set(int start, int c) {
        int p = start;
        boolean negated = p < pattern.length && (pattern[p] == '^' || pattern[p] == '!');
        if (negated) {
            p++;
        }
        boolean found = false;
        while (p < pattern.length && pattern[p] != ']') {
            p = literal(p);
            int low = pattern[p];
            int high = low;
            p++;
            if (p + 1 < pattern.length && pattern[p] == '-' && pattern[p + 1] != ']') {
                p = literal(p + 1);
                high = pattern[p];
                p++;
            }
            found |= low <= c && c <= high;
        }
        return p < pattern.length && found != negated ? p + 1 : -1;
    }

    private int literal(int p) {
        return pattern[p] == '\\' && p + 1 < pattern.length ? p + 1 : p;
    }
}
