package io.resque.web.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginTest {
    @Test
    void aLineThatItWritesIsOneThatItReads(@TempDir Path folder) throws IOException {
        Path file = Files.write(
                folder.resolve("users"), List.of("# users", "", Login.line("anna", "pass:wörd".toCharArray(), 10)));
        String right = Base64.getEncoder().encodeToString("anna:pass:wörd".getBytes(StandardCharsets.UTF_8));
        assertThat(Login.of(file).user("basic " + right)).contains("anna");
    }

    @Test
    void aNameThatTheFileCannotHoldIsRefused() {
        for (String name : List.of("", "a:b", "#a", " a", "a\n")) {
            assertThatThrownBy(() -> Login.line(name, new char[] {'x'})).isInstanceOf(ConfigurationException.class);
        }
    }
}
