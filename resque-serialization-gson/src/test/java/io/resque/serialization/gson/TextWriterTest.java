package io.resque.serialization.gson;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextWriterTest {
    private final TextWriter text = new TextWriter();

    @Test
    void collectsWhatIsWrittenInEachWay() {
        text.write('a');
        text.write("bcd", 1, 2);
        text.write("xefx".toCharArray(), 1, 2);
        text.write("\\u2028");
        text.write("\\u2029");
        text.write("\\u202a");
        text.flush();
        text.close();
        assertThat(text).hasToString("acdef\u2028\u2029\\u202a");
    }

    @Test
    void growsByOneCharacterAndByMany() {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            text.write('a' + i % 26);
            expected.append((char) ('a' + i % 26));
        }
        String longer = "xyz".repeat(5_000);
        text.write(longer, 0, longer.length());
        text.write(longer.toCharArray(), 0, longer.length());
        assertThat(text).hasToString(expected + longer + longer);
    }
}
