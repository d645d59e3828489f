package io.resque.launcher.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessTitleTest {
    @ParameterizedTest
    @CsvSource({
        "größe, 20, größe",
        "größe, 4, gr",
        "größe, 5, grö",
        "a中b, 3, a",
        "a\uD83D\uDE00, 5, a",
        "a{1b}[31mb{7f}c{9b}d{0a}e, 40, a?[31mb?c?d?e",
        "ab, 1, ''",
    })
    void aTitleIsCutBetweenCharactersAndMovesNoCursor(String text, int room, String shown) {
        String written = Pattern.compile("\\{(\\w\\w)}")
                .matcher(text)
                .replaceAll(code -> Character.toString(Integer.parseInt(code.group(1), 16)));
        byte[] line = ProcessTitle.line(written, room);
        assertThat(line).hasSize(room);
        assertThat(line[room - 1]).isZero();
        assertThat(new String(line, StandardCharsets.UTF_8).replace("\0", "")).isEqualTo(shown);
    }
}
