package io.resque.launcher.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ThrownTextTest {
    private static Exception thrown(String message) {
        Exception thrown = new Exception(message);
        thrown.setStackTrace(new StackTraceElement[] {new StackTraceElement("Mail", "perform", "Mail.java", 7)});
        return thrown;
    }

    @Test
    void classAndMessageAreShownOnce() {
        assertThat(ThrownText.of(thrown("m"))).isEqualTo("java.lang.Exception: m");
        assertThat(ThrownText.of(thrown(null))).isEqualTo("java.lang.Exception");
        assertThat(ThrownText.message(thrown("m"))).isEqualTo("m");
    }

    @Test
    void theStackIsPrintedAsJavaDoes() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(new BufferedOutputStream(printed), false, StandardCharsets.UTF_8));
        try {
            ThrownText.print(thrown("m"));
        } finally {
            System.setErr(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("java.lang.Exception: m", "\tMail.perform(Mail.java:7)");
    }
}
