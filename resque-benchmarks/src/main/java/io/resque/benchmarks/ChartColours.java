package io.resque.benchmarks;

/**
 * The colours of all charts. A chart has a ground of its own, so that it can be read even where the page is dark and the system
 * is not. The colours of bars stand out from both grounds, so the dark ones differ only in ground, text and lines.
 */
final class ChartColours {
    static final String OURS = "#3b82e0";
    static final String PEER = "#7d838c";

    static final Scheme LIGHT = new Scheme("#ffffff", "#1d1f23", "#565c65", "#d9dce1");
    static final Scheme DARK = new Scheme("#15171a", "#e6e8eb", "#a9b0ba", "#363b42");

    private ChartColours() {}

    /**
     * What depends on whether the reader prefers dark.
     *
     * @param ground behind all
     * @param text also the lines of the spread
     * @param soft less important text, and the outline of a ceiling
     * @param line of the grid
     */
    record Scheme(String ground, String text, String soft, String line) {
        String css() {
            return ".ground{fill:%s;stroke:%s}text{fill:%s}.soft{fill:%s}.ceiling{fill:none;stroke:%s}.grid{stroke:%s}.spread,.zero{stroke:%s}"
                    .formatted(ground, line, text, soft, soft, line, text);
        }
    }

    static String css() {
        return LIGHT.css() + ".ours{fill:" + OURS + "}.peer{fill:" + PEER + "}@media(prefers-color-scheme:dark){"
                + DARK.css() + "}";
    }
}
