package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.JobRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobTextTest {
    private static String text(@Nullable String id, @Nullable Object... args) {
        return JobText.of(new JobRequest("vm:1:mail", "mail", "Mail", id, Arrays.asList(args), Map.of(), null, null));
    }

    @Test
    void aJobIsShownAsRubyAndPhpDo() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a\"", 1.5);
        map.put("b", List.of());
        assertThat(text("ab", 42L, "C\\h\"ris", null, true, map, Map.of()))
                .isEqualTo(
                        "(Job{mail} | ID: ab | Mail | [42,\"C\\\\h\\\"ris\",null,true,{\"a\\\"\":1.5,\"b\":[]},{}])");
        assertThat(text(null)).isEqualTo("(Job{mail} | Mail | [])");
        assertThat(text(null, "a\nb")).isEqualTo("(Job{mail} | Mail | [\"a\\nb\"])");
    }

    @Test
    void longArgumentsAreCut() {
        String fits = "x".repeat(996);
        assertThat(text(null, fits)).isEqualTo("(Job{mail} | Mail | [\"" + fits + "\"])");
        assertThat(text(null, fits + "x")).isEqualTo("(Job{mail} | Mail | [\"" + fits + "x\"…)");
        assertThat(text(null, "x".repeat(5_000))).isEqualTo("(Job{mail} | Mail | [\"" + "x".repeat(998) + "…)");
        assertThat(text(null, fits + "xx", "not reached")).isEqualTo("(Job{mail} | Mail | [\"" + fits + "xx…)");
    }

    /** Arguments whose text would be endless. */
    private static final class Endless extends java.util.AbstractList<Object> {
        private int read;

        @Override
        public Object get(int index) {
            read++;
            return "x".repeat(100);
        }

        @Override
        public int size() {
            return 1_000_000;
        }
    }

    @Test
    void whatWouldBeCutIsNotWritten() {
        Endless endless = new Endless();
        JobText.of(new JobRequest("w", "q", "Mail", null, List.of(endless), Map.of(), null, null));
        assertThat(endless.read).isLessThan(20);
    }

    @Test
    void aLongMapIsNotWrittenWhole() {
        Map<String, Object> map = new LinkedHashMap<>();
        Endless last = new Endless();
        map.put("a", "x".repeat(1_100));
        map.put("b", last);
        assertThat(text(null, map)).endsWith("xx…)");
        assertThat(last.read).isZero();
    }
}
