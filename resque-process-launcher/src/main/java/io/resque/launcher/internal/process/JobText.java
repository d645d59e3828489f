package io.resque.launcher.internal.process;

import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as the logs of Ruby and PHP show it: {@code (Job{mail} | ID: 5f… | Mail | [42,"Chris"])}. Operators have rules that look for
 * this form. Long arguments are cut.
 */
final class JobText {
    private static final int MOST = 1_000;

    private final StringBuilder text = new StringBuilder();

    private JobText() {}

    static String of(JobRequest job) {
        JobText args = new JobText();
        args.add(job.args());
        return "(Job{" + JsonRules.forLog(job.queue()) + "} | "
                + (job.id() == null ? "" : "ID: " + JsonRules.forLog(job.id()) + " | ")
                + JsonRules.forLog(job.jobClass()) + " | " + JsonRules.onOneLine(args.cut()) + ")";
    }

    private String cut() {
        return isFull() ? text.substring(0, MOST) + "…" : text.toString();
    }

    private boolean isFull() {
        return text.length() > MOST;
    }

    /** Without the serializer, which would write large arguments whole. */
    private void add(@Nullable Object value) {
        if (value instanceof String string) {
            quote(string);
        } else if (value instanceof List<?> list) {
            text.append('[');
            String before = "";
            for (Object each : list) {
                if (isFull()) {
                    return;
                }
                text.append(before);
                add(each);
                before = ",";
            }
            text.append(']');
        } else if (value instanceof Map<?, ?> map) {
            text.append('{');
            String before = "";
            for (Map.Entry<?, ?> each : map.entrySet()) {
                if (isFull()) {
                    return;
                }
                text.append(before);
                quote(String.valueOf(each.getKey()));
                text.append(':');
                add(each.getValue());
                before = ",";
            }
            text.append('}');
        } else {
            text.append(value instanceof Double number ? JsonRules.formatDouble(number) : String.valueOf(value));
        }
    }

    private void quote(String string) {
        String shown = string.substring(0, Math.min(string.length(), MOST));
        text.append('"')
                .append(shown.replace("\\", "\\\\").replace("\"", "\\\""))
                .append('"');
    }
}
