package io.resque.web.internal.pages;

import gg.jte.Content;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import io.resque.api.spi.JsonRules;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes all values of a template so that they stay texts: markup is escaped, control characters and direction marks become visible, and
 * a long value is cut. So no page can forget it. For one thread.
 */
final class SafeOutput implements HtmlTemplateOutput {
    /** Of a longer value, the page shows the beginning. */
    static final int LONGEST = 10_240;

    private final StringOutput page = new StringOutput();
    private final OwaspHtmlTemplateOutput output = new OwaspHtmlTemplateOutput(page);

    byte[] bytes() {
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    static String visible(String value) {
        String visible = JsonRules.onOneLine(value.substring(0, Math.min(value.length(), LONGEST)));
        return value.length() <= LONGEST ? visible : visible + "… (" + (value.length() - LONGEST) + " more characters)";
    }

    @Override
    public void writeUserContent(@Nullable String value) {
        if (value != null) {
            output.writeUserContent(visible(value));
        }
    }

    @Override
    public void writeUserContent(@Nullable Content content) {
        if (content != null) {
            content.writeTo(this);
        }
    }

    @Override
    public void setContext(@Nullable String tag, @Nullable String attribute) {
        output.setContext(tag, attribute);
    }

    @Override
    public void writeContent(String value) {
        output.writeContent(value);
    }

    @Override
    public void writeContent(String value, int begin, int end) {
        output.writeContent(value, begin, end);
    }

    @Override
    public void writeBinaryContent(byte[] value) {
        output.writeBinaryContent(value);
    }

    /** No template may write markup that is not its own. */
    @Override
    public void writeUnsafeContent(@Nullable String value) {
        throw new UnsupportedOperationException("A template writes a value without escapes");
    }
}
